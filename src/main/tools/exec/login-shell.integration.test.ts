import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLogger } from '../../lib/logger.ts'
import { createSandbox } from '../../sandbox/create-sandbox.ts'
import type { Sandbox, SandboxCommand } from '../../sandbox/sandbox.ts'
import { createLoginShells } from './login-shell.ts'

const unconfined: Sandbox = {
  availability: async () => ({ available: false, reason: 'not needed here' }),
  prepare: async ({ argv: [file = '', ...args], cwd, env }) => ({
    file,
    args,
    cwd,
    env,
    sandboxed: false,
    cleanup: () => undefined,
  }),
}

let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'skein-login-'))
  vi.stubEnv('HOME', home) // os.homedir() follows it
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(home, { recursive: true, force: true })
})

const profile = `export GREETING='hello
world'
plain=kept
list=(one two)
greet() { echo "greet $1"; }
shopt -s extglob
set -o noclobber
umask 027
echo noise`

function command(script: string, overrides: Partial<SandboxCommand> = {}): SandboxCommand {
  return {
    argv: ['/bin/bash', '-lc', script],
    cwd: home,
    env: { HOME: home, PATH: '/usr/bin:/bin', SKEIN_THREAD_ID: 't', SKEIN_TOOL_CALL_ID: 'c1' },
    profile: { type: 'disabled' },
    workspaceRoots: [],
    tty: false,
    ...overrides,
  }
}

function run({ argv: [file = '', ...args], cwd, env }: SandboxCommand): string {
  // With a socket for its input, as Node gives one by default, bash takes itself for a remote shell.
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  return execFileSync(file, args, { cwd, env: { ...env }, encoding: 'utf8', stdio: [...stdio] })
}

function loginShells() {
  return createLoginShells({
    sandbox: unconfined,
    logger: silentLogger,
    folder: join(home, 'shell'),
  })
}

function shortened(script: string, overrides: Partial<SandboxCommand> = {}) {
  return loginShells().shorten(command(script, overrides))
}

it('reads a profile without letting it write anything', async () => {
  await writeFile(join(home, '.bash_profile'), 'touch ~/left-behind; export WORD=set')
  const sandbox = createSandbox({ logger: silentLogger })
  const shells = createLoginShells({ sandbox, logger: silentLogger, folder: join(home, 'shell') })
  expect(run(await shells.shorten(command('echo $WORD; ls')))).toBe('set\nshell\n')
})

describe('a shortened login shell', () => {
  it('finds all that the profile set up: variables, functions, options, umask', async () => {
    await writeFile(join(home, '.bash_profile'), profile)
    const script =
      'echo "$GREETING|$plain|$list"; greet you; shopt extglob; umask; set -o | grep noclobber; echo "[$BASH_ENV]"'
    const quick = await shortened(script)
    expect(quick.argv).toEqual(['/bin/bash', '-c', script])
    const real = run(command(script))
    expect(run(quick)).toBe(real.replace('noise\n', ''))
    expect(run(quick)).toContain('greet you')
  })

  it('carries the marks of its own call', async () => {
    const env = { ...command('').env, SKEIN_TOOL_CALL_ID: 'c2' }
    const quick = await shortened('echo $SKEIN_TOOL_CALL_ID', { env })
    expect(run(quick)).toBe('c2\n')
  })

  it('is not made for other shells, plain shells, and after a profile that fails', async () => {
    const shells = loginShells()
    for (const argv of [['/bin/sh', '-lc', 'x'], ['/bin/bash', '-c', 'x'], ['ls']]) {
      const other = command('', { argv })
      expect(await shells.shorten(other)).toBe(other)
    }
    await writeFile(join(home, '.bash_profile'), 'exit 3')
    expect((await shortened('true')).argv[1]).toBe('-lc')
  })

  it('is taken down anew when the profile changed', async () => {
    const file = join(home, '.bash_profile')
    await writeFile(file, 'export WORD=old')
    const shells = loginShells()
    expect(run(await shells.shorten(command('echo $WORD')))).toBe('old\n')
    await writeFile(file, 'export WORD=new')
    await utimes(file, new Date(), new Date(Date.now() + 5000))
    expect(run(await shells.shorten(command('echo $WORD')))).toBe('new\n')
  })
})

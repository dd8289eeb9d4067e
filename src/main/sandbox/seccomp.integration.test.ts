import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import { createSandbox } from './create-sandbox.ts'
import type { PermissionProfile } from './permission-profile.ts'
import { filterProgram } from './seccomp.ts'

let workspace: string

beforeEach(() => {
  workspace = fs.realpathSync(fs.mkdtempSync('/var/tmp/skein-calls-'))
})
afterEach(() => fs.rmSync(workspace, { recursive: true, force: true }))

const offline: PermissionProfile = {
  type: 'managed',
  entries: [{ path: { type: 'special', name: 'root' }, access: 'read' }],
  network: 'restricted',
}

async function run(script: string, profile = offline): Promise<string> {
  const sandbox = createSandbox({ logger: silentLogger, tmpdir: null })
  const prepared = await sandbox.prepare({
    argv: ['/bin/bash', '-c', script],
    cwd: workspace,
    env: { PATH: '/usr/sbin:/usr/bin:/bin' },
    profile,
    workspaceRoots: [workspace],
    tty: false,
  })
  const { file, args, env, cwd } = prepared
  const ran = spawnSync(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  prepared.cleanup()
  return `${ran.stdout}${ran.stderr}`
}

/** Makes a system call by its number and prints its error, or "ok". */
function call(x64: number, arm64: number, ...args: readonly number[]): string {
  const number = process.arch === 'arm64' ? arm64 : x64
  return `perl -e '$! = 0; syscall(${[number, ...args].join(', ')}); print $! ? "$!\\n" : "ok\\n"'`
}

describe('the filter of system calls', () => {
  it('is in force, next to no new privileges and no capabilities', async () => {
    const status = await run('grep -E "^(Seccomp|NoNewPrivs|CapEff):" /proc/self/status')
    expect(status).toMatch(/CapEff:\t0{16}/)
    expect(status).toMatch(/NoNewPrivs:\t1/)
    expect(status).toMatch(/Seccomp:\t2/)
  })

  it('lets no internet socket be made while the network is off, but Unix sockets', async () => {
    expect(await run(call(41, 198, 2, 1, 0))).toBe('Operation not permitted\n')
    expect(await run(call(41, 198, 16, 3, 0))).toBe('Operation not permitted\n')
    expect(await run(call(41, 198, 1, 1, 0))).toBe('ok\n')
  })

  it('leaves sockets alone while the network is on', async () => {
    expect(await run(call(41, 198, 2, 1, 0), { ...offline, network: 'enabled' })).toBe('ok\n')
  })

  it.each([
    ['ptrace', call(101, 117, 0, 0, 0, 0)],
    ['process_vm_readv', call(310, 270, 1, 0, 0, 0, 0, 0)],
    ['io_uring_setup', call(425, 425, 1, 0)],
    ['keyctl', call(250, 219, 0, 0)],
    ['unshare', call(272, 97, 0x10000000)],
    ['clone into a new user namespace', call(56, 220, 0x10000011, 0, 0, 0, 0)],
  ])('refuses %s', async (_name, script) => {
    expect(await run(script)).toBe('Operation not permitted\n')
  })

  it('refuses to type into the terminal of others', async () => {
    // TIOCSTI with one character; without the filter the kernel would find fault with the descriptor.
    expect(await run(call(16, 29, 0, 0x5412, 0))).toBe('Operation not permitted\n')
  })

  it('leaves forks, threads and pipes alone', async () => {
    expect(await run('(echo a & wait) | cat; (echo b) | tr b c')).toBe('a\nc\n')
  })

  it('is known for the processors that Skein runs on, and for no other', () => {
    for (const arch of ['x64', 'arm64'])
      expect(filterProgram(arch, 'restricted')?.length).toBeGreaterThan(8 * 80)
    expect(filterProgram('mips', 'restricted')).toBeUndefined()
  })
})

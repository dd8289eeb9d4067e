import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import { createBubblewrap } from './bubblewrap.ts'
import { createSandbox } from './create-sandbox.ts'
import { builtInProfile, type PermissionProfile } from './permission-profile.ts'
import type { Sandbox } from './sandbox.ts'

let folder: string
let workspace: string
let outside: string
let sandbox: Sandbox

beforeEach(() => {
  // Not below /tmp: that is writable in the usual profile.
  folder = fs.realpathSync(fs.mkdtempSync('/var/tmp/skein-sandbox-'))
  workspace = path.join(folder, 'work')
  outside = path.join(folder, 'outside')
  for (const one of [workspace, outside]) fs.mkdirSync(one)
  sandbox = createSandbox({ logger: silentLogger, tmpdir: null })
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

interface Ran {
  readonly code: number
  readonly output: string
}

interface RunOptions {
  readonly profile?: PermissionProfile | undefined
  readonly roots?: readonly string[]
  readonly cwd?: string
  readonly with?: Sandbox
}

async function run(script: string, options: RunOptions = {}): Promise<Ran> {
  const prepared = await (options.with ?? sandbox).prepare({
    argv: ['/bin/bash', '-c', script],
    cwd: options.cwd ?? workspace,
    env: { PATH: '/usr/bin:/bin' },
    profile: options.profile ?? profile(':workspace'),
    workspaceRoots: options.roots ?? [workspace],
    tty: false,
  })
  try {
    const { file, args, cwd, env } = prepared
    // With a socket for its input bash takes itself for a remote shell and reads the profile of a person.
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const [output, errors, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number]>,
    ])
    return { code, output: output + errors }
  } finally {
    prepared.cleanup()
  }
}

function profile(id: string): PermissionProfile {
  const found = builtInProfile(id)
  if (!found) throw new Error(id)
  return found
}

/** Everything may be read and the workspace written, but for what these patterns name in it. */
function closing(...patterns: string[]): PermissionProfile {
  const closed = patterns.map((pattern) => ({
    path: { type: 'glob' as const, in: 'projectRoots' as const, pattern },
    access: 'deny' as const,
  }))
  return {
    type: 'managed',
    network: 'restricted',
    entries: [
      { path: { type: 'special', name: 'root' }, access: 'read' },
      { path: { type: 'special', name: 'projectRoots' }, access: 'write' },
      ...closed,
    ],
  }
}

function managed(...entries: [string, 'read' | 'write' | 'deny'][]): PermissionProfile {
  return {
    type: 'managed',
    network: 'restricted',
    entries: entries.map(([where, access]) => ({ path: { type: 'path', path: where }, access })),
  }
}

it('bubblewrap is installed on Linux, or these tests prove nothing', async () => {
  expect(await sandbox.availability()).toEqual({ available: true, kind: 'bubblewrap' })
})

describe('writing', () => {
  it('[T33] works inside and fails outside with the words of the system', async () => {
    expect(await run('touch x && echo ok')).toEqual({ code: 0, output: 'ok\n' })
    expect(fs.readdirSync(workspace)).toEqual(['x'])
    const out = await run(`touch ${outside}/x`)
    expect(out).toEqual({
      code: 1,
      output: `touch: cannot touch '${outside}/x': Read-only file system\n`,
    })
    expect(fs.readdirSync(outside)).toEqual([])
  })

  it('[T35] fails everywhere in the read-only profile', async () => {
    const probe = path.join(os.tmpdir(), path.basename(folder))
    const script = `touch x; touch ${probe}; echo > /dev/null && echo ok`
    expect((await run(script, { profile: profile(':read-only') })).output).toMatch(
      /^ok\n.*Read-only file system\n.*Read-only file system\n$/,
    )
  })

  it('works in temporary folders', async () => {
    const probe = `/tmp/${path.basename(folder)}`
    expect((await run(`touch ${probe} && rm ${probe}`)).code).toBe(0)
  })

  it('through a link fails outside', async () => {
    fs.symlinkSync(outside, path.join(workspace, 'link'))
    expect((await run('touch link/x')).output).toContain('Read-only file system')
  })

  it('works in a root that is named by a link', async () => {
    const link = path.join(folder, 'link')
    fs.symlinkSync(workspace, link)
    expect(await run('touch x && pwd', { roots: [link], cwd: link })).toEqual({
      code: 0,
      output: `${link}\n`,
    })
  })

  it('[T53] follows the most specific entry, also where reading is denied', async () => {
    for (const one of ['kept/open', 'secret'])
      fs.mkdirSync(path.join(workspace, one), { recursive: true })
    fs.writeFileSync(path.join(workspace, 'secret/key'), 'k')
    fs.writeFileSync(path.join(workspace, 'token'), 't')
    const own = managed(
      ['/', 'read'],
      [workspace, 'write'],
      [`${workspace}/kept`, 'read'],
      [`${workspace}/kept/open`, 'write'],
      [`${workspace}/secret`, 'deny'],
      [`${workspace}/token`, 'deny'],
    )
    const script = 'touch a kept/a kept/open/a; cat secret/key token; ls secret; touch secret/x; ls'
    expect((await run(script, { profile: own })).output).toBe(
      [
        'a',
        'kept',
        'secret',
        'token',
        "touch: cannot touch 'kept/a': Read-only file system",
        'cat: secret/key: Permission denied',
        'cat: token: Permission denied',
        "ls: cannot open directory 'secret': Permission denied",
        "touch: cannot touch 'secret/x': Permission denied",
        '',
      ].join('\n'),
    )
  })

  it('[T53] closes what a pattern names, wherever it lies and whatever it is', async () => {
    fs.mkdirSync(path.join(workspace, 'a/keys'), { recursive: true })
    fs.mkdirSync(path.join(workspace, '.git'))
    for (const one of ['.env', 'a/b.env', 'a/keys/c', 'a/open', '.git/d.env'])
      fs.writeFileSync(path.join(workspace, one), 'hush')
    fs.symlinkSync('a/b.env', path.join(workspace, 'by-another-name'))
    fs.linkSync(path.join(workspace, 'a/b.env'), path.join(outside, 'twin'))
    const own = closing('**/*.env', '**/keys')
    const script = 'cat .env a/b.env by-another-name .git/d.env a/open; ls a; ls a/keys; rm -f .env'
    const { output } = await run(script, { profile: own })
    expect(output.split('\n')).toEqual([
      'hushb.env',
      'keys',
      'open',
      'cat: .env: Permission denied',
      'cat: a/b.env: Permission denied',
      'cat: by-another-name: Permission denied',
      'cat: .git/d.env: Permission denied',
      "ls: cannot open directory 'a/keys': Permission denied",
      expect.stringContaining("rm: cannot remove '.env'"),
      '',
    ])
    // Known limits: another name of the same file, and what is made while the command runs.
    expect((await run(`cat ${outside}/twin`, { profile: own })).output).toBe('hush')
    expect((await run('echo new > late.env && cat late.env', { profile: own })).output).toBe(
      'new\n',
    )
    expect((await run('cat late.env', { profile: own })).output).toContain('Permission denied')
  })

  it('[T53] keeps a folder with a closed file from being moved out of the pattern\u2019s reach', async () => {
    fs.mkdirSync(path.join(workspace, 'secret'))
    fs.writeFileSync(path.join(workspace, 'secret/key'), 'hush')
    const own = closing('secret/*')
    const { output } = await run('mv secret other; ln secret/key twin; ls', { profile: own })
    expect(output).toMatch(/^secret\n.*cannot move.*\n.*hard link.*\n$/)
  })

  it('[T53] looks no deeper than it is told to', async () => {
    fs.mkdirSync(path.join(workspace, 'one/two'), { recursive: true })
    for (const one of ['one/.env', 'one/two/.env']) fs.writeFileSync(path.join(workspace, one), 'x')
    const own = { ...closing('**/.env'), globScanMaxDepth: 2 }
    const { output } = await run('cat one/two/.env one/.env', { profile: own })
    expect(output).toBe('xcat: one/.env: Permission denied\n')
  })

  it('[T53] runs nothing when a pattern names too much to be closed', async () => {
    for (let count = 0; count < 1002; count++)
      fs.writeFileSync(path.join(workspace, `${count}.env`), '')
    await expect(run('echo ran', { profile: closing('*.env') })).rejects.toThrow(
      `cannot close everything that \`${workspace}/*.env\` names: it matches more than 1000 files`,
    )
  })

  it('opens what lies in a closed folder and is named itself', async () => {
    fs.mkdirSync(path.join(workspace, 'secret/open'), { recursive: true })
    fs.writeFileSync(path.join(workspace, 'secret/key'), 'k')
    const own = managed(
      ['/', 'read'],
      [workspace, 'write'],
      [`${workspace}/secret`, 'deny'],
      [`${workspace}/secret/open`, 'write'],
    )
    const script =
      'touch secret/open/x && ls secret/open; touch secret/y; cat secret/key; ls secret'
    const { output } = await run(script, { profile: own })
    expect(output).toMatch(/^x\n.*secret\/y.*\n.*secret\/key.*\n.*cannot open directory.*\n$/)
    expect(fs.readdirSync(path.join(workspace, 'secret'))).toEqual(['key', 'open'])
  })

  it('[H05] never reaches the app\u2019s own folder through a root around it', async () => {
    const home = path.join(workspace, 'profile')
    fs.mkdirSync(path.join(home, 'scratch'), { recursive: true })
    const own = createSandbox({ logger: silentLogger, tmpdir: null, home })
    expect((await run('touch profile/x', { with: own })).output).toContain('Read-only file system')
    const scratch = path.join(home, 'scratch')
    const inside = await run('touch x && ls', { with: own, roots: [scratch], cwd: scratch })
    expect(inside).toEqual({ code: 0, output: 'x\n' })
  })
})

describe('protected paths', () => {
  it('[H31] that exist cannot be written, moved, removed or replaced', async () => {
    const git = path.join(workspace, '.git')
    fs.mkdirSync(path.join(git, 'hooks'), { recursive: true })
    fs.writeFileSync(path.join(git, 'config'), 'c\n')
    const script = [
      'echo x >> .git/config',
      'touch .git/hooks/pre-commit',
      'mv .git away',
      'rm -r .git',
      'ln -sfn /tmp .git && ls .git/hooks',
      'rmdir .git',
    ].join('; ')
    const { output } = await run(script)
    expect(output.match(/Read-only file system|Device or resource busy/g)?.length).toBeGreaterThan(
      4,
    )
    expect(fs.readFileSync(path.join(git, 'config'), 'utf8')).toBe('c\n')
    expect(fs.readdirSync(path.join(git, 'hooks'))).toEqual([])
    expect(fs.lstatSync(git).isDirectory()).toBe(true)
  })

  it('[H31] that are missing cannot be made, and nothing of them is left', async () => {
    for (const name of ['.git', '.codex', '.agents', '.skein']) {
      const made = await run(
        `mkdir ${name} || mkdir -p ${name}/x || echo > ${name} || ln -s /tmp ${name}`,
      )
      expect(made.code).not.toBe(0)
      expect((await run(`mv ${name} away; rmdir ${name}; ls -A ${name}`)).output).toContain('busy')
    }
    expect(fs.readdirSync(workspace)).toEqual([])
  })

  it('stay protected while commands beside them end', async () => {
    const slow = run('until [ -e go ]; do sleep 0.01; done; mkdir .git/x; mkdir .skein')
    await run('true')
    await run('touch go')
    expect((await slow).output).toMatch(/Read-only file system\n.*File exists\n$/)
    expect(fs.readdirSync(workspace)).toEqual(['go'])
  })

  it('left behind by a crash go away with the next command', async () => {
    const left = path.join(workspace, '.codex')
    fs.mkdirSync(left)
    fs.chmodSync(left, 0o1700)
    await run('true')
    expect(fs.readdirSync(workspace)).toEqual([])
  })

  it('that somebody makes outside meanwhile are theirs', async () => {
    const slow = run('until [ -e go ]; do sleep 0.01; done')
    await expect.poll(() => fs.existsSync(path.join(workspace, '.git'))).toBe(true)
    fs.writeFileSync(path.join(workspace, '.git/HEAD'), 'ref\n')
    fs.writeFileSync(path.join(workspace, 'go'), '')
    await slow
    expect(fs.readdirSync(workspace)).toEqual(['.git', 'go'])
    expect(fs.statSync(path.join(workspace, '.git')).mode & 0o7777).toBe(0o755)
  })

  it('include the repository that a .git file points to', async () => {
    const real = path.join(workspace, 'main/.git/worktrees/w')
    fs.mkdirSync(real, { recursive: true })
    fs.writeFileSync(path.join(real, 'commondir'), '../..\n')
    fs.writeFileSync(path.join(workspace, '.git'), `gitdir: ${real}\n`)
    const { output } = await run('touch main/.git/config main/.git/worktrees/w/HEAD; echo > .git')
    expect(output.match(/Read-only file system/g)?.length).toBe(3)
  })

  it('that are links make the whole root unsafe, and nothing runs', async () => {
    fs.mkdirSync(path.join(workspace, 'real'))
    fs.symlinkSync('real', path.join(workspace, '.agents'))
    await expect(run('touch x')).rejects.toThrow(/\.agents is a symbolic link/)
    expect(fs.readdirSync(workspace).sort()).toEqual(['.agents', 'real'])
  })

  it('cannot be moved away with a folder around them', async () => {
    const root = path.join(workspace, 'a/b/root')
    fs.mkdirSync(path.join(root, '.git'), { recursive: true })
    const script = `cd ${workspace}; mv a z; mv a/b a/z; mv a/b/root a/b/z; ls`
    const { output } = await run(script, { roots: [workspace, root] })
    expect(output.match(/busy/g)?.length).toBe(3)
    expect(output).toContain('a\n')
  })
})

describe('the world of a command', () => {
  it('has no capabilities, no new privileges to gain and few processes', async () => {
    const { output } = await run(
      'grep -E "CapEff|NoNewPrivs" /proc/self/status; ls /proc | grep -c "^[0-9]"',
    )
    expect(output).toMatch(/^CapEff:\t0+\nNoNewPrivs:\t1\n[1-9]\n$/)
  })

  it('[H30] has no network, not even to the ports of this machine', async () => {
    const server = net.createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as net.AddressInfo
    const probe = `echo > /dev/tcp/127.0.0.1/${port} && echo connected`
    expect((await run(probe)).output).toContain('Operation not permitted')
    const open: PermissionProfile = {
      ...managed(['/', 'read']),
      network: 'enabled',
    } as PermissionProfile
    expect((await run(probe, { profile: open })).output).toBe('connected\n')
    await new Promise((resolve) => server.close(resolve))
  })

  it('does not see the sockets of services that would work for it', async () => {
    fs.mkdirSync(path.join(outside, 'run'))
    const doors = [path.join(outside, 'docker.sock'), path.join(outside, 'run')]
    const server = net.createServer()
    await new Promise<void>((resolve) => server.listen(doors[0], resolve))
    fs.writeFileSync(path.join(outside, 'run/bus'), '')
    const own = createSandbox({
      logger: silentLogger,
      confiner: createBubblewrap({ hidden: [...doors, path.join(outside, 'absent')] }),
    })
    const script = `test -S ${doors[0]} && echo socket; ls ${doors[1]}; ls ${outside}`
    expect((await run(script, { with: own })).output).toBe('docker.sock\nrun\n')
    expect((await run(script)).output).toBe('socket\nbus\ndocker.sock\nrun\n')
    await new Promise((resolve) => server.close(resolve))
  })

  it('[H30] does not see the environment of the app', async () => {
    const { output } = await run(
      `cat /proc/${process.pid}/environ; cat /proc/1/environ | tr '\\0' '\\n'`,
    )
    expect(output).toContain('No such file')
    expect(output).not.toContain('VITEST')
  })

  it('has the usual devices and none of the machine', async () => {
    const { output } = await run('ls -x -w 200 /dev')
    expect(output.trim().split(/\s+/)).toEqual(
      'core fd full null ptmx pts random shm stderr stdin stdout tty urandom zero'.split(' '),
    )
  })
})

describe('[H32] where bubblewrap cannot be used', () => {
  const reasons: readonly [string, readonly string[], RegExp][] = [
    ['it is not installed', ['/nowhere/bwrap'], /bubblewrap \(bwrap\) is not installed/],
    ['it does not work', ['/bin/false'], /bubblewrap does not work on this machine/],
  ]
  it.each(reasons)(
    'because %s, nothing runs and the reason is said',
    async (_name, programs, reason) => {
      const without = createSandbox({
        logger: silentLogger,
        confiner: createBubblewrap({ programs }),
      })
      expect(await without.availability()).toEqual({
        available: false,
        reason: expect.stringMatching(reason),
      })
      await expect(run('touch x', { with: without })).rejects.toThrow(reason)
      expect(fs.readdirSync(workspace)).toEqual([])
      const free = await run('touch x', { with: without, profile: profile(':danger-full-access') })
      expect(free.code).toBe(0)
    },
  )

  it('a profile that restricts reading is refused, not half enforced', async () => {
    const own = managed([workspace, 'write'])
    await expect(run('touch x', { profile: own })).rejects.toThrow('restricts reading')
  })
})

import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

const root = path.join(import.meta.dirname, '../../..')
/** Nobody's user and group, where these tests run as root; otherwise they run as a normal user anyway. */
const asNormalUser =
  process.getuid?.() === 0
    ? ['/usr/bin/setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--']
    : []

let folder: string
let workspace: string

beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync('/var/tmp/skein-user-'))
  workspace = path.join(folder, 'work')
  fs.mkdirSync(workspace)
  fs.chmodSync(folder, 0o777)
  fs.chmodSync(workspace, 0o777)
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

/** A copy of node that everybody may run: the one of the tests may lie in a folder of root's. */
function run(script: string): { code: number; output: string } {
  const node = path.join(root, 'node_modules/.bin/node')
  const command = [...asNormalUser, node, path.join(root, 'test/sandbox-cli.ts'), workspace, script]
  const [file = '', ...args] = command
  return JSON.parse(
    execFileSync(file, args, { cwd: workspace, encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } }),
  ) as { code: number; output: string }
}

it('the sandbox of a normal user lets the workspace be written and nothing else', () => {
  const script = `id -u; touch x && ls; touch ../outside; mkdir .git; cat /proc/self/status | grep -E 'CapEff|NoNewPrivs|Seccomp:'`
  const { output } = run(script)
  const own = asNormalUser.length > 0 ? '65534' : String(process.getuid?.())
  expect(output.split('\n').map((line) => line.replace(/\s+/g, ' '))).toEqual([
    own,
    'x',
    'CapEff: 0000000000000000',
    'NoNewPrivs: 1',
    'Seccomp: 2',
    "touch: cannot touch '../outside': Read-only file system",
    expect.stringContaining('.git'),
    '',
  ])
  expect(fs.readdirSync(workspace)).toEqual(['x'])
  expect(fs.readdirSync(folder)).toEqual(['work'])
})

it('the sandbox of a normal user has no network', () => {
  const { code, output } = run('exec 3<>/dev/tcp/127.0.0.1/22')
  expect(code).not.toBe(0)
  expect(output).toMatch(/not permitted|unreachable/i)
})

it('[H11] a command of a normal user starts no more than a bounded number of processes', () => {
  // A smaller bound of its own shows that only what runs in the sandbox is counted, and that it cannot be raised again.
  const children =
    'for (1 .. 60) { my $child = fork; print("refused\\n"), last unless defined $child; sleep 60 unless $child }'
  const script = `ulimit -u; ulimit -u 30; perl -e '${children}'; ulimit -u 5000`
  const { output } = run(script)
  const [limit, refused, raised] = output.split('\n')
  expect([limit, refused]).toEqual(['4096', 'refused'])
  expect(raised).toContain('Operation not permitted')
})

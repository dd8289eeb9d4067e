// Runs one script in the sandbox, as whoever starts this, and prints what came of it as JSON: for tests that need
// another user than the one they run as. Arguments: the workspace, the script.
import { spawnSync } from 'node:child_process'
import { silentLogger } from '../src/main/lib/logger.ts'
import { createSandbox } from '../src/main/sandbox/create-sandbox.ts'
import { builtInProfile } from '../src/main/sandbox/permission-profile.ts'

const [workspace = '', script = ''] = process.argv.slice(2)
const sandbox = createSandbox({ logger: silentLogger, tmpdir: null })
const profile = builtInProfile(':workspace')
if (!profile) throw new Error('the profile is built in')
const { file, args, cwd, env, cleanup } = await sandbox.prepare({
  argv: ['/bin/bash', '-c', script],
  cwd: workspace,
  env: { PATH: '/usr/bin:/bin' },
  profile,
  workspaceRoots: [workspace],
  tty: false,
})
const { status, stdout, stderr } = spawnSync(file, args, { cwd, env, encoding: 'utf8' })
cleanup()
process.stdout.write(JSON.stringify({ code: status, output: stdout + stderr }))

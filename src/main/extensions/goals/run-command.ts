// Runs a person's command, a check or a poll, within a thread's limits: nobody is asked, nothing is shown meanwhile.
import { spawn } from 'node:child_process'
import { messageOf } from '../../lib/errors.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import type { ConfigSnapshot } from '../../threads/config-snapshot.ts'
import { shellArgv } from '../../tools/exec/shell.ts'
import type { CheckRun } from './goals-ports.ts'

const RUN_MS_MAX = 10 * 60_000
const OUTPUT_CHARS_MAX = 4_000

export interface CommandPorts {
  readonly sandbox: Sandbox
  /** Without the app's secrets. */
  environment(): Promise<Readonly<Record<string, string>>>
}

export function createCommandRunner(ports: CommandPorts) {
  return async (
    command: string,
    settings: ConfigSnapshot,
    signal: AbortSignal,
  ): Promise<CheckRun> => {
    const { cwd, workspaceRoots, permissionProfile: profile } = settings.values
    try {
      const prepared = await ports.sandbox.prepare({
        argv: shellArgv(command, null, true),
        cwd,
        env: await ports.environment(),
        profile,
        workspaceRoots,
        tty: false,
      })
      try {
        return await run(prepared, signal)
      } finally {
        prepared.cleanup()
      }
    } catch (error) {
      return { exitCode: null, output: messageOf(error) }
    }
  }
}

function run(
  prepared: Awaited<ReturnType<Sandbox['prepare']>>,
  signal: AbortSignal,
): Promise<CheckRun> {
  const { file, args, cwd, env } = prepared
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...args], {
      cwd,
      env: { ...env },
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
    let output = ''
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_CHARS_MAX)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const kill = (): void => {
      if (child.pid === undefined) return
      try {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL')
      } catch {
        child.kill('SIGKILL') // its group is gone already
      }
    }
    const timer = setTimeout(kill, RUN_MS_MAX)
    signal.addEventListener('abort', kill, { once: true })
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', kill)
      settle()
    }
    child.once('error', (error) => end(() => reject(error)))
    child.once('close', (exitCode) => end(() => resolve({ exitCode, output })))
    if (signal.aborted) kill()
  })
}

// What a login shell would set up, taken down once and put in place of starting one for every command: profiles of
// people run version managers and the like, and cost a hundred times more than the command.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { messageOf } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import type { PermissionProfile } from '../../sandbox/permission-profile.ts'
import type { PreparedCommand, Sandbox, SandboxCommand } from '../../sandbox/sandbox.ts'

/** Profiles may source files that are not watched: what was taken down is taken down anew after this. */
const AGE_MS_MAX = 5 * 60 * 1000
/** A profile that takes longer is left to real login shells. */
const CAPTURE_MS_MAX = 10_000
const CAPTURE_BYTES_MAX = 4 * 1024 * 1024

/** The shell's environment and a script that restores the rest: options, functions, aliases, plain variables. */
interface Taken {
  readonly env: Readonly<Record<string, string>>
  /** Absolute. */
  readonly prelude: string
}

interface Entry {
  readonly watched: string
  readonly takenAtMs: number
  readonly taken: Promise<Taken | undefined>
}

export interface LoginShells {
  /**
   * The same command with a plain shell in the surroundings of a login shell; the command itself when that is not
   * to be had: another shell than bash, a profile that fails or takes too long.
   */
  shorten(command: SandboxCommand): Promise<SandboxCommand>
}

/** Every login shell is started as it is. */
export const realLoginShells: LoginShells = { shorten: async (command) => command }

export function createLoginShells(options: {
  readonly sandbox: Sandbox
  readonly logger: Logger
  /** Where preludes are kept: the app's own folder, which no sandboxed command can write. */
  readonly folder: string
}): LoginShells {
  const entries = new Map<string, Entry>()

  async function shorten(command: SandboxCommand): Promise<SandboxCommand> {
    const [shell, flag, script] = command.argv
    if (!shell || script === undefined || flag !== '-lc' || path.basename(shell) !== 'bash')
      return command
    const key = keyOf(shell, command)
    const watched = await watchedState()
    const { taken: taking } = entryOf(key, watched, shell, command)
    const taken = await taking
    if (!taken) return command
    const marks = Object.fromEntries(callMarks(command.env))
    return {
      ...command,
      argv: [shell, '-c', script],
      env: { ...taken.env, ...marks, BASH_ENV: taken.prelude },
    }
  }

  function entryOf(key: string, watched: string, shell: string, command: SandboxCommand): Entry {
    const known = entries.get(key)
    if (known?.watched === watched && Date.now() - known.takenAtMs <= AGE_MS_MAX) return known
    const entry = { watched, takenAtMs: Date.now(), taken: take(key, shell, command) }
    entries.set(key, entry)
    return entry
  }

  /** Reading only, where that can be enforced: a profile is no way out of the sandbox, and leaves nothing behind. */
  async function take(
    key: string,
    shell: string,
    command: SandboxCommand,
  ): Promise<Taken | undefined> {
    try {
      const { available } = await options.sandbox.availability()
      const prepared = await options.sandbox.prepare({
        ...command,
        profile: available ? readOnly : command.profile,
        tty: false,
        argv: [shell, '-lc', captureScript(shell)],
      })
      try {
        const { env, prelude } = parse(await output(prepared))
        const file = path.join(options.folder, `${key.slice(0, 16)}.sh`)
        await writePrelude(file, prelude)
        return { env, prelude: file }
      } finally {
        prepared.cleanup()
      }
    } catch (error) {
      const fields = { shell, error: messageOf(error) }
      options.logger.log(
        'warn',
        'login shells stay as they are: the profile cannot be taken down',
        fields,
      )
      return undefined
    }
  }

  return { shorten }
}

/** Variables that name the call; everything else of the environment is the same from command to command. */
const MARK = /^SKEIN_(?:THREAD|TOOL_CALL|SESSION)_ID$/

function callMarks(env: SandboxCommand['env']): [string, string][] {
  return Object.entries(env).filter(([name]) => MARK.test(name))
}

function keyOf(shell: string, { env }: SandboxCommand): string {
  const stable = Object.entries(env).filter(([name]) => !MARK.test(name))
  return createHash('sha256')
    .update(JSON.stringify([shell, stable]))
    .digest('hex')
}

const readOnly: PermissionProfile = {
  type: 'managed',
  entries: [{ path: { type: 'special', name: 'root' }, access: 'read' }],
  network: 'restricted',
}

/** Times of the files that login shells of bash read. */
async function watchedState(): Promise<string> {
  const own = ['.profile', '.bash_profile', '.bash_login', '.bashrc']
  const files = [
    '/etc/profile',
    '/etc/profile.d',
    '/etc/bash.bashrc',
    ...own.map((name) => path.join(os.homedir(), name)),
  ]
  const times = await Promise.all(
    files.map((file) =>
      fs.promises.stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      ),
    ),
  )
  return times.join()
}

const SEPARATOR = '\u0001skein\u0001'

/** Prints the environment, then what restores the rest. Names that a bare bash has too are its own business. */
function captureScript(shell: string): string {
  return `
printf '%s' '${SEPARATOR}'; env -0; printf '%s' '${SEPARATOR}'
set +o; shopt -p | grep -v -e login_shell -e restricted_shell; umask -p; alias -p; declare -f
own=" $(env -i '${shell}' --norc --noprofile -c 'compgen -v' | tr '\\n' ' ') own name said "
for name in $(compgen -v); do
  case "$own" in *" $name "*) continue ;; esac
  said=$(declare -p "$name" 2>/dev/null)
  case "$said" in 'declare -- '*|'declare -a '*|'declare -A '*) printf '%s\\n' "$said" ;; esac
done
exit 0`
}

function output(prepared: PreparedCommand): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(prepared.file, prepared.args, {
      cwd: prepared.cwd,
      env: prepared.env,
      stdio: ['ignore', 'pipe', 'ignore'], // with a socket for its input bash takes itself for a remote shell
      timeout: CAPTURE_MS_MAX,
      killSignal: 'SIGKILL',
    })
    const chunks: Buffer[] = []
    let bytes = 0
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > CAPTURE_BYTES_MAX) child.kill('SIGKILL')
    })
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0
        ? resolve(Buffer.concat(chunks).toString())
        : reject(new Error(`the shell ended with ${code}`)),
    )
  })
}

/** Of the shell that was asked, not of the commands to come. */
const passing: ReadonlySet<string> = new Set(['_', 'PWD', 'OLDPWD', 'SHLVL', 'BASH_ENV'])

function parse(text: string): { env: Record<string, string>; prelude: string } {
  const [, environment, rest] = text.split(SEPARATOR)
  if (environment === undefined || rest === undefined) throw new Error('unexpected output')
  const pairs = environment.split('\0').flatMap((entry): [string, string][] => {
    const at = entry.indexOf('=')
    const name = entry.slice(0, at)
    return at > 0 && !passing.has(name) && !MARK.test(name) ? [[name, entry.slice(at + 1)]] : []
  })
  return { env: Object.fromEntries(pairs), prelude: `unset BASH_ENV\n${rest}` }
}

async function writePrelude(file: string, text: string): Promise<void> {
  await fs.promises.mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const temporary = `${file}.${process.pid}`
  await fs.promises.writeFile(temporary, text, { mode: 0o600 })
  await fs.promises.rename(temporary, file)
}

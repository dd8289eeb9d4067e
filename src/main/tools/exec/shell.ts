// Which shell runs a command, and how that reads on a screen.
import fs from 'node:fs'
import path from 'node:path'
import { SHELL_NAMES, userShell } from '../shell-environment.ts'
import { ToolFailure } from '../tool.ts'

/** A shell named by the model must be one of the system's: any other program could bear its name. */
const FOLDERS = ['/bin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin']
const POWERSHELL = 'powershell.exe'

let knownShell: string | undefined

/** Looked up once: the account's shell does not change under a running app. */
function defaultShell(): string {
  knownShell ??= userShell(process.env)
  return knownShell
}

/** What to execute for a script. Throws ToolFailure for a shell that is not there or not known. */
export function shellArgv(script: string, shell: string | null, login: boolean): readonly string[] {
  if (process.platform === 'win32') return [POWERSHELL, '-NoProfile', '-Command', script]
  return [shell === null ? defaultShell() : namedShell(shell), login ? '-lc' : '-c', script]
}

function namedShell(shell: string): string {
  const name = path.basename(shell)
  const found = SHELL_NAMES.has(name)
    ? [defaultShell(), ...FOLDERS.map((folder) => path.join(folder, name))]
    : []
  const isWanted = (candidate: string): boolean =>
    shell === name ? path.basename(candidate) === name : candidate === shell
  const match = found.find((candidate) => isWanted(candidate) && fs.existsSync(candidate))
  if (match === undefined)
    throw new ToolFailure(
      `unsupported shell: ${shell} (use bash, zsh or sh as installed on this system)`,
    )
  return match
}

/** One line a person could paste into a shell. */
export function displayCommand(argv: readonly string[]): string {
  return argv.map(quoted).join(' ')
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

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

/** One line a person could paste into a shell, quoted as clients of the reference know it. */
export function displayCommand(argv: readonly string[]): string {
  return argv.map((word) => (word === '' ? "''" : quoted(word))).join(' ')
}

/** The ways to write a stretch of text, the plainest first: which characters each leaves as they are. */
const QUOTINGS: readonly { fits: RegExp; write(text: string): string }[] = [
  { fits: /[\w+\-./:@\]]/, write: (text) => text },
  { fits: /[^'\\^]/, write: (text) => `'${text}'` },
  { fits: /[^`$!^]/, write: (text) => `"${text.replace(/["\\]/g, '\\$&')}"` },
]

/** As few stretches as there can be, each in the plainest way that all of its characters allow. */
function quoted(word: string): string {
  let written = ''
  let rest = word
  while (rest !== '') {
    // A caret is safe only where single quotes have just opened.
    let ways = rest.startsWith('^') ? QUOTINGS.slice(1, 2) : QUOTINGS
    let length = rest.startsWith('^') ? 1 : 0
    for (; length < rest.length; length++) {
      const left = ways.filter(({ fits }) => fits.test(rest[length] ?? ''))
      if (left.length === 0) break
      ways = left
    }
    written += ways[0]?.write(rest.slice(0, length)) ?? ''
    rest = rest.slice(length)
  }
  return written
}

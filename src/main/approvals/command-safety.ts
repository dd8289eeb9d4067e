// Two lists about commands: those known to only read, and those that destroy by force. Pure; a seat belt against
// accidents. The sandbox is the boundary.
import path from 'node:path'
import { literalCommands, scriptOf, splitScript } from '../tools/shell-script.ts'

type ArgumentCheck = (args: readonly string[]) => boolean

const always: ArgumentCheck = () => true

/** Only reads, whatever the arguments are. */
const readers = [
  ...[
    'cat',
    'cd',
    'cut',
    'echo',
    'expr',
    'false',
    'grep',
    'head',
    'id',
    'ls',
    'nl',
    'paste',
    'pwd',
  ],
  ...['rev', 'seq', 'stat', 'tail', 'tr', 'true', 'uname', 'wc', 'which', 'whoami'],
  ...(process.platform === 'linux' ? ['numfmt', 'tac'] : []),
]

const knownSafe: ReadonlyMap<string, ArgumentCheck> = new Map([
  ...readers.map((name): [string, ArgumentCheck] => [name, always]),
  ['base64', (args) => !args.some((arg) => /^-[^-]*o/.test(arg) || arg.startsWith('--o'))],
  ['find', (args) => !args.some((arg) => /^-(exec|ok|delete|fls|fprint)/.test(arg))],
  ['rg', (args) => !args.some(isRunningRipgrepOption)],
  ['sed', isPrintingSed],
  // A second file is written to.
  ['uniq', (args) => args.filter((arg) => !arg.startsWith('-')).length < 2],
])

/** These let ripgrep start other programs. */
function isRunningRipgrepOption(arg: string): boolean {
  return /^--(pre|hostname-bin|search-zip)(=|$)/.test(arg) || /^-[^-]*z/.test(arg)
}

/** `sed -n 5p` or `sed -n 1,5p`, with at most one file. */
function isPrintingSed(args: readonly string[]): boolean {
  const [quiet, script = '', file = ''] = args
  return args.length <= 3 && quiet === '-n' && /^\d+(,\d+)?p$/.test(script) && !file.startsWith('-')
}

const systemFolders: ReadonlySet<string> = new Set(['/bin', '/usr/bin'])

/** A bare name, or one from the system's folders; `./ls` may be anything. */
function systemName(program: string): string | undefined {
  const folder = path.posix.dirname(program)
  if (!program.includes('/')) return program
  return systemFolders.has(folder) ? path.posix.basename(program) : undefined
}

/** True only when every part of the command is understood and known to do no more than read. */
export function isKnownSafe(argv: readonly string[]): boolean {
  const script = scriptOf(argv)
  if (script === undefined) return isKnownSafeWords(argv, false)
  const commands = splitScript(script)
  return commands?.every(({ words, hasGlob }) => isKnownSafeWords(words, hasGlob)) ?? false
}

function isKnownSafeWords(words: readonly string[], hasGlob: boolean): boolean {
  const [program = '', ...args] = words
  const name = systemName(program)
  const check = name === undefined ? undefined : knownSafe.get(name)
  // A pattern can become a file name that reads as an option.
  return check !== undefined && (check === always || !hasGlob) && check(args)
}

/** True when `rm` with force is written anywhere in it, also inside loops, substitutions and nested shells. */
export function isDangerous(argv: readonly string[]): boolean {
  return isDangerousWords(argv, 0)
}

/** How deep shells inside shells are followed. */
const NESTED_SHELLS_MAX = 4

function isDangerousWords(words: readonly string[], nesting: number): boolean {
  if (nesting > NESTED_SHELLS_MAX) return false
  const script = scriptOf(words)
  if (script !== undefined)
    return literalCommands(script).some((command) => isDangerousWords(command, nesting + 1))
  const [program = '', ...args] = words
  if (path.posix.basename(program) === 'sudo') {
    const inner = args.findIndex((arg) => path.posix.basename(arg) === 'rm' || shellNames.has(arg))
    return inner >= 0 && isDangerousWords(args.slice(inner), nesting + 1)
  }
  return path.posix.basename(program) === 'rm' && hasForce(args)
}

const shellNames: ReadonlySet<string> = new Set(['bash', 'sh', 'zsh'])

function hasForce(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  const options = end < 0 ? args : args.slice(0, end)
  return options.some(
    (arg) => /^-[^-]*f/.test(arg) || (arg.length > 2 && '--force'.startsWith(arg)),
  )
}

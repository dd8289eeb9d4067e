// The simple commands inside of a command line, as far as its text tells: through pipes, substitutions, wrappers
// such as sudo, and scripts that are handed to another shell.
import { type Command, forEachChild, parse, type SyntaxNode } from 'unbash'

export interface SimpleCommand {
  /** Without its folder. */
  readonly name: string
  readonly args: readonly string[]
  /** Files it is redirected into. */
  readonly writesTo: readonly string[]
  /** It reads what another command of the line prints. */
  readonly isPipedInto: boolean
}

export interface ShellLine {
  readonly commands: readonly SimpleCommand[]
  /** Parts could not be understood. */
  readonly isUnclear: boolean
}

/** Scripts in scripts in scripts: deeper ones are unclear. */
const DEPTH_MAX = 4

const wrappers: ReadonlySet<string> = new Set([
  'sudo',
  'doas',
  'env',
  'nohup',
  'nice',
  'time',
  'timeout',
  'command',
  'exec',
  'xargs',
  'stdbuf',
])
const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh'])

export function isShell(name: string): boolean {
  return shells.has(name)
}

export function readShellLine(line: string): ShellLine {
  const commands: SimpleCommand[] = []
  const isUnclear = read(line, commands, false, 0)
  return { commands, isUnclear }
}

/** Returns whether something in it is unclear. */
function read(line: string, found: SimpleCommand[], isPipedInto: boolean, depth: number): boolean {
  if (depth > DEPTH_MAX) return true
  const script = parse(line)
  let isUnclear = (script.errors?.length ?? 0) > 0
  const piped = new Set<SyntaxNode>()

  function visit(node: SyntaxNode): void {
    if (node.type === 'Pipeline') for (const part of node.commands.slice(1)) piped.add(part)
    if (node.type === 'Command') {
      const isReader = piped.has(node) || isPipedInto
      isUnclear = add(node, found, isReader, depth) || isUnclear
    }
    forEachChild(node, visit)
  }
  visit(script)
  return isUnclear
}

function add(node: Command, found: SimpleCommand[], isPipedInto: boolean, depth: number): boolean {
  const words = [node.name, ...node.args].flatMap((word) =>
    word && word.type === 'Word' ? [word.value] : [],
  )
  const writesTo = node.redirects.flatMap((redirect) =>
    redirect.type === 'Redirect' && redirect.operator.includes('>') && redirect.target
      ? [redirect.target.value]
      : [],
  )
  return addWords(words, { found, writesTo, isPipedInto, depth })
}

interface Place {
  readonly found: SimpleCommand[]
  readonly writesTo: readonly string[]
  readonly isPipedInto: boolean
  readonly depth: number
}

function addWords(words: readonly string[], place: Place): boolean {
  const [path, ...args] = words
  if (path === undefined) {
    if (place.writesTo.length > 0) place.found.push({ ...place, name: '', args: [] })
    return false
  }
  const name = path.slice(path.lastIndexOf('/') + 1)
  const { writesTo, isPipedInto } = place
  place.found.push({ name, args, writesTo, isPipedInto })
  if (wrappers.has(name)) return addWords(wrapped(args), { ...place, writesTo: [] })
  const script = isShell(name) ? scriptOf(args) : null
  return script === null ? false : read(script, place.found, isPipedInto, place.depth + 1)
}

/** What follows the options, numbers and assignments of a wrapper. */
function wrapped(args: readonly string[]): readonly string[] {
  const start = args.findIndex((arg) => !/^-|^\d+[smhd]?$|^\w+=/.test(arg))
  return start === -1 ? [] : args.slice(start)
}

/** `-c`, `-lc`: the next word is a script. */
function scriptOf(args: readonly string[]): string | null {
  const at = args.findIndex((arg) => /^-\w*c$/.test(arg))
  return at === -1 ? null : (args[at + 1] ?? null)
}

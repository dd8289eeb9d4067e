// A best-effort reading of a command for display: does it read, list or search? Never the base of a decision.
import path from 'node:path'
import type { CommandAction } from '../../../protocol/index.ts'
import { splitScript } from '../shell-script.ts'
import { displayCommand } from './shell.ts'

/** One action for each part of the script that shows something; `unknown` for the whole when one part is unclear. */
export function commandActions(script: string, cwd: string): readonly CommandAction[] {
  const unknown: CommandAction = { type: 'unknown', command: script }
  const commands = splitScript(script)
  if (!commands) return [unknown]
  let folder = cwd
  const actions: CommandAction[] = []
  for (const { words, joinedBy } of commands) {
    const [name = '', ...args] = words
    if (name === 'cd') folder = path.resolve(folder, args[0] ?? '.')
    else if (!(joinedBy === '|' && isFilter(name, args))) {
      const action = actionOf(name, args, displayCommand(words), folder)
      if (!action) return [unknown]
      actions.push(action)
    }
  }
  return actions.length > 0 ? actions : [unknown]
}

/** Behind a pipe these only shape what is shown. */
function isFilter(name: string, args: readonly string[]): boolean {
  return (
    ['head', 'tail', 'wc', 'sort', 'uniq', 'cut', 'tr', 'nl'].includes(name) && args.every(isOption)
  )
}

function actionOf(
  name: string,
  args: readonly string[],
  command: string,
  folder: string,
): CommandAction | undefined {
  switch (name) {
    case 'cat':
    case 'nl':
      return readAction(command, operandsOf(args, new Set()), folder)
    case 'head':
    case 'tail':
      return readAction(command, operandsOf(args, new Set(['-n', '-c'])), folder)
    case 'sed':
      return args[0] === '-n' ? readAction(command, args.slice(2), folder) : undefined
    case 'ls':
    case 'tree':
      return {
        type: 'listFiles',
        command,
        path: operandsOf(args, new Set(['-L', '-I']))[0] ?? null,
      }
    case 'find':
      return findAction(command, args)
    case 'rg':
      return args.includes('--files')
        ? { type: 'listFiles', command, path: operandsOf(args, RG_VALUES)[0] ?? null }
        : searchAction(command, operandsOf(args, RG_VALUES))
    case 'grep':
    case 'git':
      return name === 'grep'
        ? searchAction(command, operandsOf(args, GREP_VALUES))
        : args[0] === 'grep'
          ? searchAction(command, operandsOf(args.slice(1), GREP_VALUES))
          : undefined
    default:
      return undefined
  }
}

const RG_VALUES: ReadonlySet<string> = new Set([
  '-g',
  '--glob',
  '-t',
  '-T',
  '-A',
  '-B',
  '-C',
  '-m',
  '-j',
])
const GREP_VALUES: ReadonlySet<string> = new Set(['-A', '-B', '-C', '-m', '--include', '--exclude'])

function isOption(arg: string): boolean {
  return arg.startsWith('-')
}

/** Arguments that are neither options nor the values of those in `withValue`. */
function operandsOf(args: readonly string[], withValue: ReadonlySet<string>): readonly string[] {
  return args.filter((arg, index) => !isOption(arg) && !withValue.has(args[index - 1] ?? ''))
}

function readAction(
  command: string,
  files: readonly string[],
  folder: string,
): CommandAction | undefined {
  const [file] = files
  if (file === undefined || files.length > 1) return undefined
  return { type: 'read', command, name: path.basename(file), path: path.resolve(folder, file) }
}

function searchAction(command: string, operands: readonly string[]): CommandAction {
  return { type: 'search', command, query: operands[0] ?? null, path: operands[1] ?? null }
}

function findAction(command: string, args: readonly string[]): CommandAction {
  const at = args[0] === undefined || isOption(args[0]) ? null : args[0]
  const named = args.findIndex((arg) => arg === '-name' || arg === '-iname' || arg === '-path')
  return named < 0
    ? { type: 'listFiles', command, path: at }
    : { type: 'search', command, query: args[named + 1] ?? null, path: at }
}

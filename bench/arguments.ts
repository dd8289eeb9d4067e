// What the arguments of the bench ask for.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Case } from './cases.ts'
import type { Side } from './side.ts'

export interface BenchOptions {
  readonly own: Side
  readonly peer: Side | null
  readonly cases: readonly string[]
  readonly runs: number
  readonly json: boolean
}

const root = join(import.meta.dirname, '..')
const RUNS = 5

/** Throws an Error with one plain sentence when the arguments make no sense. */
export function readArguments(
  args: readonly string[],
  caseNames: readonly string[],
): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      own: { type: 'string' },
      peer: { type: 'string' },
      case: { type: 'string', multiple: true },
      runs: { type: 'string', default: String(RUNS) },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`--runs needs a number from 1, not "${values.runs}"`)
  for (const name of values.case ?? []) {
    if (!caseNames.includes(name))
      throw new Error(`no case "${name}"; there are ${caseNames.join(', ')}`)
  }
  return {
    own: { name: 'skein', argv: values.own ? splitCommand(values.own) : ownCommand() },
    peer: values.peer ? { name: 'peer', argv: splitCommand(values.peer) } : null,
    cases: values.case ?? caseNames,
    runs,
    json: values.json,
  }
}

function ownCommand(): readonly string[] {
  const entry = join(root, 'out/main/cli.js')
  if (!existsSync(entry)) throw new Error('nothing is built yet: run npm run build first')
  return [process.execPath, entry, 'app-server']
}

/** Words of a command; quotes keep blanks together. No shell is started: it would be measured too. */
export function splitCommand(text: string): readonly string[] {
  const words = [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
  if (words.length === 0) throw new Error('the command is empty')
  return words.map(([, single, double, plain]) => single ?? double ?? plain ?? '')
}

export function usage(cases: Readonly<Record<string, Case>>): string {
  const lines = Object.entries(cases).map(([name, { about }]) => `  ${name.padEnd(16)}${about}`)
  return `Usage: npm run bench -- [options]

Options:
  --peer 'CMD'    a second app-server command, measured in alternation; adds its column and the ratio
  --own 'CMD'     measure this command as our own instead of the built stdio host
  --case NAME     only this case (may be repeated)
  --runs N        repetitions of each case after one warm-up (default ${RUNS})
  --json          print facts and all samples as JSON
  -h, --help      print this

Both commands get the same fresh profile folder: HOME, SKEIN_HOME and CODEX_HOME point to it, its config.toml
names the local model server. Figures are medians; "ratio" is own divided by peer, below 1 is better.

Cases:
${lines.join('\n')}
`
}

// Runs the cases that were asked for, on one side or on two in alternation, and reports.
import { type BenchOptions, readArguments, usage } from './arguments.ts'
import { type Case, cases } from './cases.ts'
import { type ModelServer, startModelServer } from './model-server.ts'
import { makeProfile, removeProfiles } from './profile.ts'
import { type Facts, header, type Measured, machineFacts, table, toRecord } from './report.ts'
import { type Side, startSide } from './side.ts'

/** Reports on stdout; on failure one line on stderr and exit code 1. */
export async function bench(args: readonly string[]): Promise<void> {
  try {
    const options = readArguments(args, Object.keys(cases))
    if (options === 'help') process.stdout.write(usage(cases))
    else await measureAll(options)
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

async function measureAll(options: BenchOptions): Promise<void> {
  const sides = options.peer ? [options.own, options.peer] : [options.own]
  const model = await startModelServer()
  try {
    const facts = await factsOf(sides, model)
    if (!options.json) process.stdout.write(header(facts, options.runs))
    const results: Measured[] = []
    for (const name of options.cases) {
      const measured = await measure(name, sides, options.runs, model)
      results.push(...measured)
      if (!options.json) process.stdout.write(table(measured))
    }
    if (options.json) process.stdout.write(toRecord(facts, options.runs, results))
  } finally {
    await model.close()
    removeProfiles()
  }
}

async function factsOf(sides: readonly Side[], model: ModelServer): Promise<Facts> {
  const facts = machineFacts()
  for (const side of sides) {
    const app = await startSide(side, makeProfile(model.url))
    await app.stop()
    facts.sides.push({ name: side.name, command: side.argv.join(' '), userAgent: app.userAgent })
  }
  return facts
}

/** One warm-up round that is not counted, then `runs` rounds; the sides change places after each. */
async function measure(
  name: string,
  sides: readonly Side[],
  runs: number,
  model: ModelServer,
): Promise<readonly Measured[]> {
  const { rows, run } = cases[name] as Case
  const measured = rows.map((row) => ({
    ...row,
    case: name,
    samples: sides.map((): number[] => []),
  }))
  for (let round = -1; round < runs; round += 1) {
    const order = [...sides.entries()]
    if (round % 2 !== 0) order.reverse()
    for (const [index, side] of order) {
      const taken = await run(side, model)
      if (round < 0) continue
      for (const row of measured) row.samples[index]?.push(...(taken[row.key] ?? []))
    }
  }
  return measured
}

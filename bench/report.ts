// Figures for people and for programs.
import { cpus, loadavg, release, totalmem } from 'node:os'
import type { Row } from './cases.ts'
import { median } from './median.ts'

/** A row with its samples: our own first, then the peer's if there is one. */
export interface Measured extends Row {
  readonly case: string
  readonly samples: readonly number[][]
}

export interface Facts {
  readonly date: string
  readonly processor: string
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  /** Mean number of runnable tasks in the last minute. */
  readonly load: number
  /** Named as they name themselves in their answer to `initialize`. */
  readonly sides: { name: string; command: string; userAgent: string }[]
}

const LABEL_WIDTH = 38
const CELL_WIDTH = 12

export function machineFacts(): Facts {
  return {
    date: new Date().toISOString(),
    processor: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.version,
    load: loadavg()[0] ?? 0,
    sides: [],
  }
}

export function header(facts: Facts, runs: number): string {
  const { processor, memoryGiB, system, node, load, sides } = facts
  const hasPeer = sides.length > 1
  return [
    `${processor}, ${memoryGiB} GiB, ${system}, Node ${node}`,
    ...sides.map(({ name, userAgent }) => `${name}: ${userAgent}`),
    `medians of ${runs} runs after a warm-up, lower is better; load ${load.toFixed(2)} at the start`,
    '',
    line('', hasPeer ? ['skein', 'peer', 'ratio', 'bar'] : ['median', 'fastest', 'slowest']),
    '',
  ].join('\n')
}

export function table(results: readonly Measured[]): string {
  return results.map((row) => `${line(row.label, cells(row))}\n`).join('')
}

function cells({ unit, bar, samples }: Measured): readonly string[] {
  const [own = [], peer] = samples
  const withUnit = (value: number): string => `${figure(value)} ${unit}`
  if (peer?.length === 0) return [withUnit(median(own)), '–']
  if (!peer) return [median(own), Math.min(...own), Math.max(...own)].map(withUnit)
  const ratio = figureOfRatio(median(own) / median(peer))
  return [withUnit(median(own)), withUnit(median(peer)), ratio, bar === undefined ? '' : `≤ ${bar}`]
}

function line(label: string, values: readonly string[]): string {
  const text = label.padEnd(LABEL_WIDTH) + values.map((cell) => cell.padStart(CELL_WIDTH)).join('')
  return text.trimEnd()
}

/** Small ones are compared with bars of two places. */
function figureOfRatio(ratio: number): string {
  return ratio.toFixed(ratio < 0.1 ? 3 : 2)
}

function figure(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)
}

export function toRecord(facts: Facts, runs: number, results: readonly Measured[]): string {
  const rows = results.map(({ samples: [own = [], peer], ...row }) => ({
    ...row,
    own: { median: median(own), samples: own },
    ...(peer?.length && {
      peer: { median: median(peer), samples: peer },
      ratio: median(own) / median(peer),
    }),
  }))
  return `${JSON.stringify({ ...facts, runs, rows }, null, 2)}\n`
}

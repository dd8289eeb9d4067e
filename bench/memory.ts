// Memory of a process and all its descendants, from /proc (Linux).
import { readdirSync, readFileSync } from 'node:fs'

const SAMPLE_EVERY_MS = 20
const KIB_IN_MIB = 1024

/** Largest sums over the tree, in MiB. */
export interface PeakMemory {
  /** Pages shared between processes count once in all. */
  readonly pss: number
  /** Pages shared between processes count in each. */
  readonly rss: number
}

/** Samples the tree until `stop`. */
export function sampleMemory(pid: number): { stop(): PeakMemory } {
  const peak = { pss: 0, rss: 0 }
  const sample = (): void => {
    const maps = treeOf(pid).map((one) => readProc(one, 'smaps_rollup') ?? '')
    peak.pss = Math.max(peak.pss, sumOf(maps, 'Pss'))
    peak.rss = Math.max(peak.rss, sumOf(maps, 'Rss'))
  }
  sample()
  const timer = setInterval(sample, SAMPLE_EVERY_MS)
  return {
    stop() {
      clearInterval(timer)
      sample()
      return peak
    },
  }
}

function sumOf(maps: readonly string[], field: string): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm')
  return maps.reduce((sum, text) => sum + Number(line.exec(text)?.[1] ?? 0), 0) / KIB_IN_MIB
}

function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const parent = Number.isInteger(pid) ? parentOf(pid) : undefined
    if (parent === undefined) continue
    const siblings = children.get(parent)
    if (siblings) siblings.push(pid)
    else children.set(parent, [pid])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree
}

function parentOf(pid: number): number | undefined {
  const stat = readProc(pid, 'stat')
  // The name in parentheses may itself hold blanks and parentheses.
  return stat === undefined
    ? undefined
    : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

/** Undefined for a process that ended meanwhile. */
function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}

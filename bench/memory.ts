// Memory of a process and all its descendants, from /proc (Linux).
import { readdirSync, readFileSync } from 'node:fs'

const SAMPLE_EVERY_MS = 20
const KIB_IN_MIB = 1024

/** Samples the proportional set size of the tree until `stop`, which returns the largest sum, in MiB. */
export function sampleMemory(pid: number): { stop(): number } {
  let peak = 0
  const sample = (): void => {
    peak = Math.max(peak, sumOf(pid, 'smaps_rollup', 'Pss'))
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

/** Sum of the peaks of resident memory, as the kernel keeps them for each process that still lives, in MiB. */
export function peakResident(pid: number): number {
  return sumOf(pid, 'status', 'VmHWM')
}

function sumOf(root: number, file: string, field: string): number {
  return treeOf(root).reduce((sum, pid) => sum + kibOf(pid, file, field), 0) / KIB_IN_MIB
}

function kibOf(pid: number, file: string, field: string): number {
  const text = readProc(pid, file) ?? ''
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
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

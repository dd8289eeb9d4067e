// What is shown of a command that goes on behind its thread.
import type { BackgroundTerminal } from '../../../protocol/index.ts'
import { residentKb } from './resident-memory.ts'
import type { RunningProcess } from './running-process.ts'

export async function terminalOf(process: RunningProcess): Promise<BackgroundTerminal> {
  const { item, script, sessionId, pid } = process
  return {
    itemId: item.id,
    processId: String(sessionId),
    command: script,
    cwd: item.cwd,
    osPid: pid,
    cpuPercent: null,
    rssKb: await residentKb(pid),
    skein: { startedAtMs: process.startedAtMs, canWrite: process.canWrite },
  }
}

const OUTPUT_CHARS_MAX = 32_768

/** What it printed last. */
export function latestOutput(process: RunningProcess): string {
  return (process.finalItem().aggregatedOutput ?? '').slice(-OUTPUT_CHARS_MAX)
}

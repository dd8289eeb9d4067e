// What is shown of a command that goes on behind its thread.
import fs from 'node:fs/promises'
import type { BackgroundTerminal } from '../../../protocol/index.ts'
import type { RunningProcess } from './running-process.ts'

export async function terminalOf(process: RunningProcess): Promise<BackgroundTerminal> {
  const { item, sessionId, pid } = process
  return {
    itemId: item.id,
    processId: String(sessionId),
    command: item.command,
    cwd: item.cwd,
    osPid: pid,
    cpuPercent: null,
    rssKb: await memoryOf(pid),
  }
}

/** Null where the system does not tell. */
async function memoryOf(pid: number): Promise<number | null> {
  try {
    const status = await fs.readFile(`/proc/${pid}/status`, 'utf8')
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
    return found === undefined ? null : Number(found)
  } catch {
    return null
  }
}

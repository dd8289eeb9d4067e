// How much memory a process holds.
import fs from 'node:fs/promises'

/** In KiB; null where the system does not tell, or the process is gone. */
export async function residentKb(pid: number): Promise<number | null> {
  try {
    const status = await fs.readFile(`/proc/${pid}/status`, 'utf8')
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
    return found === undefined ? null : Number(found)
  } catch {
    return null
  }
}

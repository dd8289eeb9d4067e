// Processes that an earlier run of the app left behind when it was killed: found by the mark of the profile in their
// environment, and ended. Linux only; elsewhere they are not found.
import fs from 'node:fs/promises'

/** The profile folder, in the environment of everything that the app starts on behalf of threads. */
export const PROFILE_MARK = 'SKEIN_PROFILE'

/**
 * Kills what carries this profile's mark and began before this process; call it while nobody else uses the profile.
 * Those that this process itself descends from are spared. Resolves with how many there were. Never rejects.
 */
export async function endStrays(profile: string): Promise<number> {
  if (process.platform !== 'linux') return 0
  const own = await statOf(process.pid)
  if (!own) return 0
  const spared = await ancestorsOf(own.parent)
  const names = await fs.readdir('/proc').catch(() => [])
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number)
  let killed = 0
  // One after the other: there may be hundreds, and others have work for this thread.
  for (const pid of pids) {
    if (spared.has(pid) || !(await isMarked(pid, profile))) continue
    const stat = await statOf(pid)
    if (stat !== undefined && stat.startedAt < own.startedAt && kill(pid)) killed += 1
  }
  return killed
}

interface Stat {
  readonly parent: number
  /** In ticks since the system started. */
  readonly startedAt: number
}

/** Undefined when it is gone. */
async function statOf(pid: number): Promise<Stat | undefined> {
  try {
    const text = await fs.readFile(`/proc/${pid}/stat`, 'utf8')
    // The program's name stands in brackets and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { parent: Number(fields[1]), startedAt: Number(fields[19]) }
  } catch {
    return undefined
  }
}

async function ancestorsOf(pid: number): Promise<ReadonlySet<number>> {
  const found = new Set<number>([process.pid])
  for (let next: number | undefined = pid; next !== undefined && next > 0 && !found.has(next); ) {
    found.add(next)
    next = (await statOf(next))?.parent
  }
  return found
}

async function isMarked(pid: number, profile: string): Promise<boolean> {
  try {
    const environment = await fs.readFile(`/proc/${pid}/environ`, 'utf8')
    return environment.split('\0').includes(`${PROFILE_MARK}=${profile}`)
  } catch {
    return false // it ended meanwhile, or belongs to somebody else
  }
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch {
    return false
  }
}

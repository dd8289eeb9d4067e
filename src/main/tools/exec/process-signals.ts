// Reaches the processes of a command: its group, what runs inside its sandbox, and strays that left the group.
import fs from 'node:fs/promises'

/** Mark the processes of a thread's commands in their environment. */
export const THREAD_MARK = 'SKEIN_THREAD_ID'
/** Names the call; providers may use an id twice. */
export const CALL_MARK = 'SKEIN_TOOL_CALL_ID'
/** The session number: tells the processes of one command from all others. */
export const SESSION_MARK = 'SKEIN_SESSION_ID'

/** False when no process of the group is left. */
export function isGroupAlive(pid: number): boolean {
  return signalGroup(pid, 0)
}

/** False when there was nobody to hear it. Never throws. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  return send(process.platform === 'win32' ? pid : -pid, signal)
}

function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(target, signal)
    return true
  } catch {
    return false
  }
}

/**
 * Signals what runs inside a sandbox and leaves the sandbox itself alone: its own end would take them all at once,
 * before they could hear anything.
 */
export async function signalInside(sandboxPid: number, signal: NodeJS.Signals): Promise<void> {
  const [init] = await childrenOf(sandboxPid)
  const inside = init === undefined ? [] : await descendantsOf(init)
  if (inside.length === 0) await killTree(sandboxPid) // it is still being set up: nobody could hear it
  for (const pid of inside) send(pid, signal)
}

/**
 * Ends a process, its group and all that lives below it, at once. The group stands still while it is looked through:
 * a sandbox whose outer process ended while it was being set up would live on by itself.
 */
export async function killTree(pid: number): Promise<void> {
  signalGroup(pid, 'SIGSTOP')
  const below = await descendantsOf(pid)
  signalGroup(pid, 'SIGKILL')
  for (const one of below) send(one, 'SIGKILL')
}

async function descendantsOf(pid: number): Promise<readonly number[]> {
  const children = await childrenOf(pid)
  const below = await Promise.all(children.map(descendantsOf))
  return [...children, ...below.flat()]
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  try {
    const list = await fs.readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return list.split(' ').filter(Boolean).map(Number)
  } catch {
    return [] // it ended meanwhile, or this kernel does not tell
  }
}

/** Kills every process whose environment carries all these marks. Linux only; elsewhere strays are not found. */
export async function killMarked(marks: Readonly<Record<string, string>>): Promise<void> {
  if (process.platform !== 'linux') return
  const wanted = Object.entries(marks).map(([name, value]) => `${name}=${value}`)
  const pids = (await fs.readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  await Promise.all(
    pids.map(async (pid) => {
      if (pid !== process.pid && (await isMarked(pid, wanted))) send(pid, 'SIGKILL')
    }),
  )
}

async function isMarked(pid: number, wanted: readonly string[]): Promise<boolean> {
  try {
    const environment = (await fs.readFile(`/proc/${pid}/environ`, 'utf8')).split('\0')
    return wanted.every((entry) => environment.includes(entry))
  } catch {
    return false // it ended meanwhile, or belongs to somebody else
  }
}

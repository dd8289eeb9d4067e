// Real pipes for commands. Node gives its children sockets, which `>/dev/stderr` and `tee /dev/stdout` cannot open;
// and one pipe for both streams keeps their lines in the order in which they were written.
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

/** Not visible inside the sandbox, which has a /dev of its own. */
const FOLDER = '/dev/shm'
const MKFIFO = ['/usr/bin/mkfifo', '/bin/mkfifo']
const POOL_MAX = 16
const POOL_MIN = 4

export interface OutputPipe {
  readonly readFd: number
  readonly writeFd: number
}

export interface OutputPipes {
  /** Both ends belong to the caller. Undefined where such pipes cannot be made: sockets must do. */
  take(): Promise<OutputPipe | undefined>
  close(): void
}

/** Makes named pipes in batches, unlinks them at once, and opens their ends anew when one is wanted. */
export function createOutputPipes(): OutputPipes {
  const pool: number[] = []
  let filling: Promise<void> | undefined
  let canMake = process.platform === 'linux'

  async function fill(): Promise<void> {
    try {
      pool.push(...(await makePipes(POOL_MAX - pool.length)))
    } catch {
      canMake = false
    } finally {
      filling = undefined
    }
  }

  return {
    async take() {
      if (pool.length < POOL_MIN && canMake) filling ??= fill()
      if (pool.length === 0) await filling
      const fd = pool.pop()
      return fd === undefined ? undefined : endsOf(fd)
    },
    close() {
      for (const fd of pool.splice(0)) fs.closeSync(fd)
    },
  }
}

async function makePipes(count: number): Promise<readonly number[]> {
  const program = MKFIFO.find((candidate) => fs.existsSync(candidate))
  if (program === undefined) throw new Error('mkfifo is not installed')
  const own = fs.mkdtempSync(path.join(FOLDER, 'skein-'))
  try {
    const names = Array.from({ length: count }, (_, index) => path.join(own, `${index}`))
    await promisify(execFile)(program, ['-m', '600', ...names])
    return names.map((name) => fs.openSync(name, fs.constants.O_RDWR | fs.constants.O_NONBLOCK))
  } finally {
    fs.rmSync(own, { recursive: true, force: true })
  }
}

function endsOf(fd: number): OutputPipe {
  const again = `/proc/self/fd/${fd}`
  try {
    const readFd = fs.openSync(again, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    try {
      return { readFd, writeFd: fs.openSync(again, fs.constants.O_WRONLY) }
    } catch (error) {
      fs.closeSync(readFd)
      throw error
    }
  } finally {
    fs.closeSync(fd)
  }
}

// Lines out of chunks of bytes, with a limit on how much of one line is held.
import { Buffer } from 'node:buffer'

export interface LineSplitter {
  /** The lines that ended. Throws when a line is longer than allowed and `refuse` was chosen. */
  push(chunk: Buffer): readonly string[]
}

const NEWLINE = 10

/** `cut` forgets what is beyond the limit. */
export function createLineSplitter(bytesMax: number, tooLong: 'cut' | 'refuse'): LineSplitter {
  let held: Buffer[] = []
  let heldBytes = 0

  function hold(piece: Buffer): void {
    if (heldBytes + piece.length > bytesMax) {
      if (tooLong === 'refuse') {
        held = []
        throw new Error(`a message is larger than ${bytesMax / 1024 / 1024} MiB`)
      }
      if (heldBytes >= bytesMax) return
    }
    held.push(piece.subarray(0, bytesMax - heldBytes))
    heldBytes += piece.length
  }

  function take(): string {
    const line = Buffer.concat(held).toString('utf8').replace(/\r$/, '')
    held = []
    heldBytes = 0
    return line
  }

  return {
    push(chunk) {
      const lines: string[] = []
      let from = 0
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
        hold(chunk.subarray(from, at))
        lines.push(take())
        from = at + 1
      }
      if (from < chunk.length) hold(chunk.subarray(from))
      return lines
    },
  }
}

// Content of threads on its way to the store, many parts compressed together: to compress each by itself would take
// a third longer, and keep the collector busy.
import { type Encoded, encode } from '../storage/pack-encoding.ts'

/** Of what comes of a piece. */
export interface PieceRange {
  /** The number of the piece, counted from the last `take` on. */
  readonly piece: number
  readonly offset: number
  readonly length: number
}

export interface ContentPieces {
  /** Copies the content, one part of it behind the other. */
  add(content: readonly (Buffer | string)[]): PieceRange
  /** Of what is compressed already. */
  bytes(): number
  /** All pieces since the last call. */
  take(): readonly Piece[]
}

export interface Piece extends Encoded {
  /** How long it was before. */
  readonly contentLength: number
}

/** Read at once when one of its threads is opened. A longer part is a piece by itself. */
const PIECE_BYTES = 1024 * 1024

export function createContentPieces(): ContentPieces {
  const open = Buffer.allocUnsafeSlow(PIECE_BYTES)
  let end = 0
  let done: Piece[] = []
  let doneBytes = 0

  function finish(content: Buffer): void {
    const encoded = encode(content)
    done.push({ ...encoded, contentLength: content.length })
    doneBytes += encoded.bytes.length
  }

  function close(): void {
    if (end > 0) finish(open.subarray(0, end))
    end = 0
  }

  return {
    add(content) {
      const parts = content.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))
      const length = parts.reduce((sum, part) => sum + part.length, 0)
      if (length > PIECE_BYTES - end) close()
      const range = { piece: done.length, offset: end, length }
      if (length > PIECE_BYTES) finish(Buffer.concat(parts))
      else for (const part of parts) end += part.copy(open, end)
      return range
    },
    bytes: () => doneBytes,
    take() {
      close()
      const taken = done
      done = []
      doneBytes = 0
      return taken
    },
  }
}

// The lines of a rollout file, in order, without holding the file: plain or compressed. Nothing is ever written.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { Decompress } from 'fzstd'

/** Read at a time; a file that fits is read at once, which most do. */
const SLICE_BYTES = 1024 * 1024
/** For the reading of heads. */
export const HEAD_SLICE_BYTES = 64 * 1024
/** A longer line is left out. */
export const LINE_BYTES_MAX = 64 * 1024 * 1024

const NEWLINE = 10

export interface Line {
  /** From 1. */
  readonly number: number
  /** Null for a line that is too long. */
  readonly text: string | null
  /** False for the last line of a file that does not end with a newline: it may be half of one. */
  readonly isWhole: boolean
}

export interface ReadLinesOptions {
  readonly sliceBytes?: number
  /** Hears of the file's first bytes, as they lie on disk; valid during the call only. */
  readonly head?: (bytes: Buffer) => void
}

/** Throws the file system's errors, and an Error for compressed content that is damaged, after the lines before it. */
export function* readLines(path: string, options: ReadLinesOptions = {}): Generator<Line> {
  let number = 0
  /** What of a line came with earlier slices. */
  let parts: Buffer[] = []
  let length = 0

  function keep(part: Buffer): void {
    length += part.length
    // Copied: what it lies in is read into again.
    if (part.length > 0 && length <= LINE_BYTES_MAX) parts.push(Buffer.from(part))
  }

  function take(isWhole: boolean): Line {
    number += 1
    const text = length > LINE_BYTES_MAX ? null : Buffer.concat(parts).toString('utf8')
    parts = []
    length = 0
    return { number, text, isWhole }
  }

  for (const slice of readSlices(path, options)) {
    const last = slice.lastIndexOf(NEWLINE)
    // Decoded before anything is handed on, and at once: many small decodings cost more than the reading.
    let start = 0
    if (length > 0 && last !== -1) {
      start = slice.indexOf(NEWLINE) + 1
      keep(slice.subarray(0, start - 1))
    }
    const text = slice.toString('utf8', start, last + 1)
    const isCarried = start > 0
    const carried = isCarried ? take(true) : undefined
    keep(slice.subarray(last + 1))
    if (carried) yield carried
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf('\n', at)
      number += 1
      yield { number, text: text.slice(at, end), isWhole: true }
      at = end + 1
    }
  }
  if (length > 0) yield take(false)
}

/** How long a file is, once it is not compressed any more. Throws as `readLines` does. */
export function contentBytes(path: string): number {
  let bytes = 0
  for (const slice of readSlices(path, {})) bytes += slice.length
  return bytes
}

function* readSlices(path: string, options: ReadLinesOptions): Generator<Buffer> {
  if (!path.endsWith('.zst')) yield* readFile(path, options)
  else {
    const inflated: Buffer[] = []
    const stream = new Decompress((chunk) => void inflated.push(Buffer.from(chunk)))
    for (const slice of readFile(path, options)) {
      stream.push(Uint8Array.from(slice))
      yield* inflated.splice(0)
    }
    stream.push(new Uint8Array(0), true)
    yield* inflated.splice(0)
  }
}

/** Each slice is valid until the next one is asked for, or another file is read. */
function* readFile(
  path: string,
  { sliceBytes = SLICE_BYTES, head }: ReadLinesOptions,
): Generator<Buffer> {
  const fd = openSync(path, 'r')
  try {
    // One byte more, so that the end is seen without another slice.
    const wanted = Math.min(sliceBytes, fstatSync(fd).size + 1)
    for (let isFirst = true; ; isFirst = false) {
      const count = readSync(fd, shared, 0, wanted, null)
      const slice = shared.subarray(0, count)
      if (isFirst) head?.(slice)
      if (count === 0) return
      yield slice
      if (count < wanted) return
    }
  } finally {
    closeSync(fd)
  }
}

/** Read into again and again: fresh memory for each file costs more than the reading. */
const shared = Buffer.allocUnsafeSlow(SLICE_BYTES)

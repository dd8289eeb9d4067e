// The lines of a rollout file, in order, many at a time, without holding the file: plain or compressed. Nothing is
// ever written.
import { closeSync, openSync, readSync } from 'node:fs'
import { Decompress } from 'fzstd'
import { messageOf } from '../lib/errors.ts'

/** Read at a time; a file that fits is read at once, which most do. */
const SLICE_BYTES = 1024 * 1024
/** For the reading of heads. */
export const HEAD_SLICE_BYTES = 64 * 1024
/** A longer line is left out. */
export const LINE_BYTES_MAX = 64 * 1024 * 1024

const NEWLINE = 10

/** Lines, each with its newline; the last one of a file may be without, and half of one. Null for one too long. */
export type Lines = string | null

export interface ReadLinesOptions {
  readonly sliceBytes?: number
  /** Hears of the file's first bytes, as they lie on disk, or of all; valid until another file is read. */
  readonly head?: (bytes: Buffer, isAll: boolean) => void
}

/** Compressed content that cannot be read any further. */
export class DamagedContent extends Error {}

/** Throws the file system's errors, and DamagedContent after the lines before it. */
export function readLines(path: string, options: ReadLinesOptions = {}): Generator<Lines> {
  return linesOf(readSlices(path, options))
}

/** Of bytes as they lie in a file that is not compressed; each slice is used before the next is asked for. */
export function* linesOf(slices: Iterable<Buffer>): Generator<Lines> {
  /** What of a line came with earlier slices. */
  let parts: Buffer[] = []
  let length = 0

  function keep(part: Buffer): void {
    length += part.length
    // Copied: what it lies in is read into again.
    if (part.length > 0 && length <= LINE_BYTES_MAX) parts.push(Buffer.from(part))
  }

  function take(): Lines {
    const text = length > LINE_BYTES_MAX ? null : Buffer.concat(parts).toString('utf8')
    parts = []
    length = 0
    return text
  }

  for (const slice of slices) {
    const last = slice.lastIndexOf(NEWLINE)
    // Decoded before anything is handed on, and at once: many small decodings cost more than the reading.
    let start = 0
    if (length > 0 && last !== -1) {
      start = slice.indexOf(NEWLINE) + 1
      keep(slice.subarray(0, start))
    }
    const text = slice.toString('utf8', start, last + 1)
    const isCarried = start > 0
    const carried = isCarried ? take() : undefined
    keep(slice.subarray(last + 1))
    if (carried !== undefined) yield carried
    if (text !== '') yield text
  }
  if (length > 0 && length <= LINE_BYTES_MAX) yield take()
}

/** How long a file is, once it is not compressed any more. Throws as `readLines` does. */
export function contentBytes(path: string): number {
  let bytes = 0
  for (const slice of readSlices(path, {})) bytes += slice.length
  return bytes
}

export function isCompressed(path: string): boolean {
  return path.endsWith('.zst')
}

function* readSlices(path: string, options: ReadLinesOptions): Generator<Buffer> {
  if (!isCompressed(path)) yield* readFile(path, options)
  else {
    const inflated: Buffer[] = []
    const stream = new Decompress((chunk) => void inflated.push(Buffer.from(chunk)))
    for (const slice of readFile(path, options)) {
      inflate(stream, Uint8Array.from(slice), false)
      yield* inflated.splice(0)
    }
    inflate(stream, new Uint8Array(0), true)
    yield* inflated.splice(0)
  }
}

function inflate(stream: Decompress, bytes: Uint8Array, isLast: boolean): void {
  try {
    stream.push(bytes, isLast)
  } catch (thrown) {
    throw new DamagedContent(`compressed content is damaged: ${messageOf(thrown)}`)
  }
}

/** Each slice is valid until the next one is asked for, or another file is read. */
function* readFile(
  path: string,
  { sliceBytes = SLICE_BYTES, head }: ReadLinesOptions,
): Generator<Buffer> {
  const fd = openSync(path, 'r')
  try {
    for (let isFirst = true; ; isFirst = false) {
      const count = readSync(fd, shared, 0, sliceBytes, null)
      const slice = shared.subarray(0, count)
      // Less than was asked for is the end.
      if (isFirst) head?.(slice, count < sliceBytes)
      if (count === 0) return
      yield slice
      if (count < sliceBytes) return
    }
  } finally {
    closeSync(fd)
  }
}

/** Read into again and again: fresh memory for each file costs more than the reading. */
const shared = Buffer.allocUnsafeSlow(SLICE_BYTES)

// The lines of a rollout file, in order, many at a time, without holding the file: plain or compressed. Nothing is
// ever written.
import { closeSync, openSync, readSync } from 'node:fs'
import { Decompress } from 'fzstd'
import { messageOf } from '../lib/errors.ts'

/** Read at a time. */
const SLICE_BYTES = 1024 * 1024
/** For the reading of heads. */
export const HEAD_SLICE_BYTES = 64 * 1024
/** A longer line is left out. */
export const LINE_BYTES_MAX = 64 * 1024 * 1024

const NEWLINE = 10

/** Lines, each with its newline; the last one of a file may be without, and half of one. Null for one too long. */
export type Lines = string | null

/** Compressed content that cannot be read any further. */
export class DamagedContent extends Error {}

/** Throws the file system's errors, and DamagedContent after the lines before it. */
export function readLines(path: string, sliceBytes = SLICE_BYTES): Generator<Lines> {
  return linesOf(readSlices(path, sliceBytes))
}

/** All of a file, in this buffer; undefined for one that does not fit, and one byte more. Throws the file system's errors. */
export function readInto(buffer: Buffer, path: string): Buffer | undefined {
  const fd = openSync(path, 'r')
  try {
    const count = readSync(fd, buffer, 0, buffer.length, null)
    return count < buffer.length ? buffer.subarray(0, count) : undefined
  } finally {
    closeSync(fd)
  }
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
  for (const slice of readSlices(path, SLICE_BYTES)) bytes += slice.length
  return bytes
}

export function isCompressed(path: string): boolean {
  return path.endsWith('.zst')
}

function* readSlices(path: string, sliceBytes: number): Generator<Buffer> {
  if (!isCompressed(path)) yield* readFile(path, sliceBytes)
  else {
    const inflated: Buffer[] = []
    const stream = new Decompress((chunk) => void inflated.push(Buffer.from(chunk)))
    for (const slice of readFile(path, sliceBytes)) {
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
function* readFile(path: string, sliceBytes: number): Generator<Buffer> {
  const fd = openSync(path, 'r')
  try {
    for (;;) {
      const count = readSync(fd, shared, 0, sliceBytes, null)
      if (count === 0) return
      yield shared.subarray(0, count)
      // Less than was asked for is the end.
      if (count < sliceBytes) return
    }
  } finally {
    closeSync(fd)
  }
}

/** Read into again and again: fresh memory for each file costs more than the reading. */
const shared = Buffer.allocUnsafeSlow(SLICE_BYTES)

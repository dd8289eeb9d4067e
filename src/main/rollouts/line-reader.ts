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

/** Throws the file system's errors, and an Error for compressed content that is damaged, after the lines before it. */
export function* readLines(path: string, sliceBytes = SLICE_BYTES): Generator<Line> {
  let number = 0
  let parts: Buffer[] = []
  let length = 0

  function take(isWhole: boolean): Line {
    number += 1
    const text = length > LINE_BYTES_MAX ? null : textOf(parts)
    parts = []
    length = 0
    return { number, text, isWhole }
  }

  for (const slice of readSlices(path, sliceBytes)) {
    let start = 0
    for (let end = slice.indexOf(NEWLINE); end !== -1; end = slice.indexOf(NEWLINE, start)) {
      length += end - start
      if (length <= LINE_BYTES_MAX) parts.push(slice.subarray(start, end))
      yield take(true)
      start = end + 1
    }
    const rest = slice.length - start
    length += rest
    if (rest > 0 && length <= LINE_BYTES_MAX) parts.push(slice.subarray(start))
  }
  if (length > 0) yield take(false)
}

function textOf([first, ...others]: readonly Buffer[]): string {
  if (!first) return ''
  return (others.length === 0 ? first : Buffer.concat([first, ...others])).toString('utf8')
}

function* readSlices(path: string, sliceBytes: number): Generator<Buffer> {
  if (!path.endsWith('.zst')) yield* readFile(path, sliceBytes)
  else {
    const inflated: Buffer[] = []
    const stream = new Decompress((chunk) => void inflated.push(Buffer.from(chunk)))
    for (const slice of readFile(path, sliceBytes)) {
      stream.push(slice)
      yield* inflated.splice(0)
    }
    stream.push(new Uint8Array(0), true)
    yield* inflated.splice(0)
  }
}

function* readFile(path: string, sliceBytes: number): Generator<Buffer> {
  const fd = openSync(path, 'r')
  try {
    // One byte more, so that the end is seen without another slice.
    const wanted = Math.min(sliceBytes, fstatSync(fd).size + 1)
    for (;;) {
      // A fresh one each time: what was yielded may still be in use.
      const slice = Buffer.allocUnsafe(wanted)
      const count = readSync(fd, slice, 0, wanted, null)
      if (count === 0) return
      yield slice.subarray(0, count)
      if (count < wanted) return
    }
  } finally {
    closeSync(fd)
  }
}

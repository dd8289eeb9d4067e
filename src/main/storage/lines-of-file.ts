// The lines of a text file, in order, without holding the file.
import { closeSync, openSync, readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

const SLICE_BYTES = 256 * 1024

/** Empty lines are left out. Throws the file system's errors. */
export function* linesOfFile(path: string): Generator<string> {
  const slice = Buffer.allocUnsafe(SLICE_BYTES)
  const decoder = new StringDecoder('utf8')
  const fd = openSync(path, 'r')
  // Of one line: joined when it ends, because a line may be as long as many slices.
  let begun: string[] = []
  try {
    for (let count = readSync(fd, slice); count > 0; count = readSync(fd, slice)) {
      const [first = '', ...others] = decoder.write(slice.subarray(0, count)).split('\n')
      begun.push(first)
      for (const other of others) {
        const line = begun.join('')
        begun = [other]
        if (line !== '') yield line
      }
    }
    const last = begun.join('') + decoder.end()
    if (last !== '') yield last
  } finally {
    closeSync(fd)
  }
}

// A new file that is whole or not there: written under another name, on disk before it gets its own.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

export interface DurableFile {
  write(text: string): void
  /** Gives the file its name; returns how many bytes it has. */
  finish(): number
  discard(): void
}

const BUFFER_CHARS = 256 * 1024

export function createDurableFile(path: string): DurableFile {
  const temporary = `${path}.tmp`
  const fd = openSync(temporary, 'wx', 0o600)
  let waiting: string[] = []
  let chars = 0
  let bytes = 0

  function flush(): void {
    const text = Buffer.from(waiting.join(''))
    for (let done = 0; done < text.length; ) done += writeSync(fd, text, done)
    bytes += text.length
    waiting = []
    chars = 0
  }

  return {
    write(text) {
      waiting.push(text)
      chars += text.length
      if (chars >= BUFFER_CHARS) flush()
    },
    finish() {
      flush()
      fsyncSync(fd)
      closeSync(fd)
      renameSync(temporary, path)
      return bytes
    },
    discard() {
      closeSync(fd)
      rmSync(temporary, { force: true })
    },
  }
}

// Cuts a stream of bytes into lines of text. Lines may be split anywhere, also inside a character.

export interface LineReader {
  push(chunk: Uint8Array): void
  /** The stream ended: hands over a last line that had no line end. */
  end(): void
}

export interface LineHandler {
  /** One line without its end (LF or CRLF); blank ones are left out. */
  line(text: string): void
  /** A line grew beyond the limit and was dropped; reading goes on behind it. */
  tooLong(): void
}

const LF = 0x0a

export function createLineReader(maxBytes: number, handler: LineHandler): LineReader {
  let parts: Buffer[] = []
  let size = 0
  let isSkipping = false

  function keep(part: Buffer): void {
    if (isSkipping || part.length === 0) return
    if (size + part.length > maxBytes) {
      isSkipping = true
      parts = []
      size = 0
      handler.tooLong()
      return
    }
    parts.push(part)
    size += part.length
  }

  function finish(): void {
    const [only] = parts
    const bytes = parts.length === 1 && only ? only : Buffer.concat(parts)
    const wasSkipped = isSkipping
    parts = []
    size = 0
    isSkipping = false
    if (wasSkipped) return
    const text = bytes.toString('utf8').trim()
    if (text !== '') handler.line(text)
  }

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      let from = 0
      for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, from)) {
        keep(bytes.subarray(from, at))
        finish()
        from = at + 1
      }
      keep(bytes.subarray(from))
    },
    end: finish,
  }
}

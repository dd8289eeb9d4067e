// Keeps the beginning and the end of a stream of bytes in bounded memory and counts what it dropped between them.

const HALF_BYTES_MAX = 512 * 1024
const FIRST_CAPACITY_BYTES = 4096

export interface KeptOutput {
  /** Invalid UTF-8 became U+FFFD; a marker with the count stands where bytes were dropped. */
  readonly text: string
  /** Everything that was written, kept or not. */
  readonly totalBytes: number
  readonly omittedBytes: number
}

export class HeadTailBuffer {
  readonly #half: number
  #head = Buffer.alloc(0)
  #headBytes = 0
  #tail: Buffer | undefined
  /** Bytes that went past the head. */
  #tailBytes = 0

  /** `halfBytes` each for the beginning and for the end. */
  constructor(halfBytes = HALF_BYTES_MAX) {
    this.#half = halfBytes
  }

  write(chunk: Uint8Array): void {
    const toHead = Math.min(chunk.length, this.#half - this.#headBytes)
    if (toHead > 0) this.#writeHead(chunk.subarray(0, toHead))
    if (toHead < chunk.length) this.#writeTail(chunk.subarray(toHead))
  }

  #writeHead(chunk: Uint8Array): void {
    const needed = this.#headBytes + chunk.length
    if (needed > this.#head.length) {
      const grown = Math.max(needed, this.#head.length * 2, FIRST_CAPACITY_BYTES)
      const head = Buffer.allocUnsafe(Math.min(grown, this.#half))
      this.#head.copy(head, 0, 0, this.#headBytes)
      this.#head = head
    }
    this.#head.set(chunk, this.#headBytes)
    this.#headBytes = needed
  }

  /** A ring: the newest `half` bytes win. */
  #writeTail(chunk: Uint8Array): void {
    this.#tail ??= Buffer.allocUnsafe(this.#half)
    const kept = chunk.subarray(Math.max(0, chunk.length - this.#half))
    const at = (this.#tailBytes + chunk.length - kept.length) % this.#half
    const beforeEnd = Math.min(kept.length, this.#half - at)
    this.#tail.set(kept.subarray(0, beforeEnd), at)
    this.#tail.set(kept.subarray(beforeEnd), 0)
    this.#tailBytes += chunk.length
  }

  read(): KeptOutput {
    const head = this.#head.subarray(0, this.#headBytes)
    const totalBytes = this.#headBytes + this.#tailBytes
    const omittedBytes = Math.max(0, this.#tailBytes - this.#half)
    const tail = this.#tailInOrder()
    if (omittedBytes === 0)
      return { text: Buffer.concat([head, tail]).toString('utf8'), totalBytes, omittedBytes }
    const text = `${wholeStart(head).toString('utf8')}\n... ${omittedBytes} bytes omitted ...\n${wholeEnd(tail).toString('utf8')}`
    return { text, totalBytes, omittedBytes }
  }

  #tailInOrder(): Buffer {
    if (!this.#tail) return Buffer.alloc(0)
    if (this.#tailBytes <= this.#half) return this.#tail.subarray(0, this.#tailBytes)
    const at = this.#tailBytes % this.#half
    return Buffer.concat([this.#tail.subarray(at), this.#tail.subarray(0, at)])
  }

  /** What was written since the last call of this, and forgets it. */
  take(): KeptOutput {
    const kept = this.read()
    this.#head = Buffer.alloc(0)
    this.#headBytes = 0
    this.#tail = undefined
    this.#tailBytes = 0
    return kept
  }
}

/** UTF-8 characters have at most four bytes. */
const CONTINUATION_BYTES_MAX = 3

/** Without a character that is cut off at the end. */
export function wholeStart(bytes: Buffer): Buffer {
  for (let back = 1; back <= CONTINUATION_BYTES_MAX && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (isContinuation(byte)) continue
    return bytes.subarray(0, bytes.length - (lengthOf(byte) > back ? back : 0))
  }
  return bytes
}

/** Without the rest of a character that is cut off at the start. */
export function wholeEnd(bytes: Buffer): Buffer {
  let start = 0
  while (start < CONTINUATION_BYTES_MAX && isContinuation(bytes[start] ?? 0)) start++
  return bytes.subarray(start)
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}

function lengthOf(firstByte: number): number {
  if (firstByte >= 0xf0) return 4
  if (firstByte >= 0xe0) return 3
  return firstByte >= 0xc0 ? 2 : 1
}

// The text of one checkpoint as its row has it. It is written once and gone when its item is complete: what counts is
// how much of it is written.
import zlib from 'node:zlib'
import { SkeinError } from '../lib/errors.ts'

export interface PartialRow {
  readonly text: string
  /** zstd; `text` is '' then. */
  readonly packed: Buffer | null
}

/** Shorter texts fit into a page anyway. */
const PACKED_CHARS_MIN = 512
/** Quick rather than small. */
const LEVEL = 1

export function packText(text: string): PartialRow & { readonly chars: number } {
  const plain = { text, packed: null, chars: text.length }
  if (text.length < PACKED_CHARS_MIN || typeof zlib.zstdCompressSync !== 'function') return plain
  const bytes = Buffer.from(text)
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: LEVEL }
  const packed = zlib.zstdCompressSync(bytes, { params })
  return packed.length < bytes.length ? { text: '', packed, chars: text.length } : plain
}

/** Throws SkeinError `corrupt`, or `unsupported` on a runtime without zstd. */
export function textOf({ text, packed }: PartialRow): string {
  if (packed === null) return text
  if (typeof zlib.zstdDecompressSync !== 'function')
    throw new SkeinError('unsupported', 'this runtime cannot read what a newer one wrote')
  try {
    return zlib.zstdDecompressSync(packed).toString('utf8')
  } catch (thrown) {
    throw new SkeinError('corrupt', 'the text of a checkpoint is damaged', {}, thrown)
  }
}

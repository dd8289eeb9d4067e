// How packed content is compressed, and read again.
import zlib from 'node:zlib'
import { SkeinError } from '../lib/errors.ts'

export interface Encoded {
  readonly encoding: 'raw' | 'zstd'
  readonly bytes: Uint8Array
}

/** Quick rather than small: it is unpacked soon. */
const COMPRESSION_LEVEL = 1

/** Room for content of usual length, in UTF-8: fresh memory for each piece keeps the collector busy. */
const scratch = Buffer.allocUnsafeSlow(2 * 1024 * 1024)

export function encode(content: string | Buffer): Encoded {
  if (typeof zlib.zstdCompressSync !== 'function')
    return { encoding: 'raw', bytes: Buffer.from(content) }
  const bytes = typeof content === 'string' ? bytesOf(content) : content
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL }
  const options = { params, pledgedSrcSize: bytes.length }
  return { encoding: 'zstd', bytes: zlib.zstdCompressSync(bytes, options) }
}

/** Valid until the next call. */
function bytesOf(text: string): Buffer {
  const isShort = text.length * 3 <= scratch.length
  return isShort ? scratch.subarray(0, scratch.write(text)) : Buffer.from(text)
}

/** Throws an Error for what is damaged, SkeinError `unsupported` where the runtime is too old for it. */
export function decode(encoding: Encoded['encoding'], bytes: Buffer): Buffer {
  if (encoding === 'raw') return bytes
  if (typeof zlib.zstdDecompressSync !== 'function')
    throw new SkeinError('unsupported', 'this runtime cannot read what a newer one imported')
  return zlib.zstdDecompressSync(bytes)
}

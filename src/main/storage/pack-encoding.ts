// How packed content is compressed, and read again.
import zlib from 'node:zlib'
import { SkeinError } from '../lib/errors.ts'

export interface Encoded {
  readonly encoding: 'raw' | 'zstd'
  readonly bytes: Uint8Array
}

/** Quick rather than small: it is unpacked soon. */
const COMPRESSION_LEVEL = 1
/** Room for most results: else they are put together of many pieces. More would only keep the collector busy. */
const CHUNK_BYTES = 128 * 1024

export function encode(content: Buffer): Encoded {
  if (typeof zlib.zstdCompressSync !== 'function')
    return { encoding: 'raw', bytes: Buffer.from(content) }
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL }
  const options = { params, pledgedSrcSize: content.length, chunkSize: CHUNK_BYTES }
  return { encoding: 'zstd', bytes: zlib.zstdCompressSync(content, options) }
}

/** Throws an Error for what is damaged, SkeinError `unsupported` where the runtime is too old for it. */
export function decode(encoding: Encoded['encoding'], bytes: Buffer): Buffer {
  if (encoding === 'raw') return bytes
  if (typeof zlib.zstdDecompressSync !== 'function')
    throw new SkeinError('unsupported', 'this runtime cannot read what a newer one imported')
  return zlib.zstdDecompressSync(bytes)
}

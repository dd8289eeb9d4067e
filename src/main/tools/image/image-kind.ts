// Tells from its first bytes what an image is and how large it says to be, before anything is decoded. Pure.

export interface ImageHeader {
  readonly type: 'png' | 'jpeg' | 'gif' | 'webp'
  readonly width: number
  readonly height: number
}

/** Undefined for anything else, also for a header that is cut off. */
export function imageHeader(bytes: Buffer): ImageHeader | undefined {
  try {
    if (bytes.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n')
      return { type: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
    if (/^GIF8[79]a/.test(bytes.subarray(0, 6).toString('latin1')))
      return { type: 'gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
    const isWebp =
      bytes.subarray(0, 4).toString() === 'RIFF' && bytes.subarray(8, 12).toString() === 'WEBP'
    if (isWebp) return webpHeader(bytes)
    if (bytes.readUInt16BE(0) === 0xffd8) return jpegHeader(bytes)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error // it ends before its header does
  }
  return undefined
}

function webpHeader(bytes: Buffer): ImageHeader | undefined {
  const type = 'webp'
  switch (bytes.subarray(12, 16).toString()) {
    case 'VP8 ':
      return {
        type,
        width: bytes.readUInt16LE(26) & 0x3fff,
        height: bytes.readUInt16LE(28) & 0x3fff,
      }
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21)
      return { type, width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return { type, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
    default:
      return undefined
  }
}

/** Walks the segments to the one with the size. */
function jpegHeader(bytes: Buffer): ImageHeader | undefined {
  for (let at = 2; ; ) {
    if (bytes.readUInt8(at) !== 0xff) return undefined
    const mark = bytes.readUInt8(at + 1)
    const isFrame = mark >= 0xc0 && mark <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(mark)
    if (isFrame)
      return { type: 'jpeg', height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
}

const LONG_SIDE_MAX = 2048
const SHORT_SIDE_MAX = 768

/** The size at which a model is shown it: never larger than it is. */
export function shownSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(
    1,
    LONG_SIDE_MAX / Math.max(width, height),
    SHORT_SIDE_MAX / Math.min(width, height),
  )
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
}

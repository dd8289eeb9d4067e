// The image worker's entry: decodes one image, makes it smaller where that is needed, answers, and is gone. Images
// are foreign data, and decoding them takes long: neither belongs into the main thread.
import { parentPort, workerData } from 'node:worker_threads'
import jpeg from 'jpeg-js'
import { PNG } from 'pngjs'

export interface ImageWork {
  readonly type: 'png' | 'jpeg'
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
}

export type ImageResult = { readonly bytes: Uint8Array } | { readonly problem: string }

interface Pixels {
  readonly width: number
  readonly height: number
  /** RGBA. */
  readonly data: Uint8Array
}

const DECODER_MIB_MAX = 512
const JPEG_QUALITY = 85

function work({ type, bytes, width, height }: ImageWork): ImageResult {
  const source = Buffer.from(bytes)
  const image: Pixels =
    type === 'png'
      ? PNG.sync.read(source)
      : jpeg.decode(source, { useTArray: true, maxMemoryUsageInMB: DECODER_MIB_MAX })
  if (image.width === width && image.height === height) return { bytes }
  const small = scaled(image, width, height)
  if (type === 'jpeg')
    return { bytes: jpeg.encode({ ...small, data: Buffer.from(small.data) }, JPEG_QUALITY).data }
  const png = new PNG({ width, height })
  png.data = Buffer.from(small.data)
  return { bytes: PNG.sync.write(png) }
}

/** Each pixel is the mean of those it stands for. */
function scaled(image: Pixels, width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data.set(
        mean(image, spanOf(x, width, image.width), spanOf(y, height, image.height)),
        (y * width + x) * 4,
      )
  return { width, height, data }
}

type Span = readonly [from: number, until: number]

function spanOf(at: number, count: number, sourceCount: number): Span {
  const from = Math.floor((at * sourceCount) / count)
  return [from, Math.max(from + 1, Math.floor(((at + 1) * sourceCount) / count))]
}

function mean({ width, data }: Pixels, [left, right]: Span, [top, bottom]: Span): Uint8Array {
  let [red, green, blue, alpha] = [0, 0, 0, 0]
  for (let row = top; row < bottom; row++)
    for (let at = (row * width + left) * 4; at < (row * width + right) * 4; at += 4) {
      red += data[at] ?? 0
      green += data[at + 1] ?? 0
      blue += data[at + 2] ?? 0
      alpha += data[at + 3] ?? 0
    }
  const count = (bottom - top) * (right - left)
  return Uint8Array.of(red / count, green / count, blue / count, alpha / count)
}

function answer(): ImageResult {
  try {
    return work(workerData as ImageWork)
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

parentPort?.postMessage(answer())

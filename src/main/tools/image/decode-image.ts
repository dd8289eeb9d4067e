// Has an image decoded and made smaller in a worker, within limits of time and memory.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { ImageResult, ImageWork } from './image-worker.ts'

const DECODE_MS_MAX = 30_000
const HEAP_MIB_MAX = 1024

/** Rejects with a plain reason when it cannot be decoded. */
export async function decodeImage(work: ImageWork, signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted()
  const worker = new Worker(workerFile(), {
    workerData: work,
    name: 'image',
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
  })
  let timer: NodeJS.Timeout | undefined
  let abort: (() => void) | undefined
  try {
    const result = await new Promise<ImageResult>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('the decoder ended')))
      timer = setTimeout(() => reject(new Error('decoding takes too long')), DECODE_MS_MAX)
      abort = () => reject(signal.reason as Error)
      signal.addEventListener('abort', abort, { once: true })
    })
    if ('problem' in result) throw new Error(result.problem)
    return result.bytes
  } finally {
    clearTimeout(timer)
    if (abort) signal.removeEventListener('abort', abort)
    void worker.terminate()
  }
}

/** In a build: its own entry, beside this code or one folder up. In tests: the source, whose types Node strips. */
function workerFile(): string {
  const here = path.dirname(fileURLToPath(import.meta.url))
  const built = [
    path.join(here, 'image-worker.js'),
    path.join(path.dirname(here), 'image-worker.js'),
  ]
  return built.find((file) => existsSync(file)) ?? path.join(here, 'image-worker.ts')
}

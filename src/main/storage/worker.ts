// The storage worker: opens the profile, then serves what the store asks for until it is told to close.
// Started by itself with other options, it looks through the database and ends.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type CheckOptions, runCheck } from './check-database.ts'
import type { RowsOfLines } from './imported-thread.ts'
import { openProfile, type Profile } from './open-profile.ts'
import { createStorageService } from './storage-service.ts'
import {
  type AttachImporter,
  type FromWorker,
  packError,
  type ToWorker,
  type WorkerOptions,
} from './worker-messages.ts'

export interface WorkerParts {
  /** The file of the worker's code. */
  readonly entry: string
  readonly rowsOfLines: RowsOfLines
}

function serve(port: MessagePort, profile: Profile, { entry, rowsOfLines }: WorkerParts): void {
  const waiting: ToWorker[] = []
  const link = {
    send: (message: FromWorker) => port.postMessage(message),
    // Straight from the port: what came while the disk was busy joins the batch without another turn of the loop.
    next: () => waiting.shift() ?? nextOf(port, take),
    closed: () => port.close(),
    entry,
  }
  const service = createStorageService(profile, link, rowsOfLines)
  /** False for what is not the service's to answer. */
  function take(message: ToWorker | AttachImporter): message is ToWorker {
    if (message.op !== 'attachImporter') return true
    service.attachImporter(message.port)
    return false
  }
  port.on('message', (message: ToWorker | AttachImporter) => {
    if (!take(message)) return
    waiting.push(message)
    service.work()
  })
}

function nextOf(
  port: MessagePort,
  take: (message: ToWorker | AttachImporter) => message is ToWorker,
): ToWorker | undefined {
  for (;;) {
    const message: ToWorker | AttachImporter | undefined = receiveMessageOnPort(port)?.message
    if (!message || take(message)) return message
  }
}

/** The profile could not be opened: everything that is asked fails for that reason. */
function refuse(port: MessagePort, thrown: unknown): void {
  const error = packError(thrown)
  port.postMessage({ type: 'failed', error } satisfies FromWorker)
  port.on('message', (message: ToWorker | AttachImporter) => {
    if (message.op === 'attachImporter') return message.port.close()
    if (message.op === 'checkpoint' || message.op === 'discard') return
    if (message.op === 'keepDeleted') return
    const answer =
      message.op === 'close' ? { id: message.id, value: undefined } : { id: message.id, error }
    port.postMessage({ type: 'answers', answers: [answer] } satisfies FromWorker)
    if (message.op === 'close') port.close()
  })
}

function main(port: MessagePort, parts: WorkerParts): void {
  let profile: Profile
  try {
    profile = openProfile(workerData as WorkerOptions)
  } catch (thrown) {
    refuse(port, thrown)
    return
  }
  port.postMessage({ type: 'opened', repairs: profile.repairs } satisfies FromWorker)
  serve(port, profile, parts)
}

const isCheck = (options: WorkerOptions | CheckOptions): options is CheckOptions =>
  'checkHome' in options

/** To be called by the entry of the thread. */
export function runStorageWorker(parts: WorkerParts): void {
  if (!parentPort) return
  const options: WorkerOptions | CheckOptions = workerData
  if (isCheck(options)) parentPort.postMessage(runCheck(options))
  else main(parentPort, parts)
}

// The importer's own way into the storage worker: batches come straight from its thread, and never over the main one.
import type { MessagePort } from 'node:worker_threads'
import { messageOf } from '../lib/errors.ts'
import { toStoreError } from './failures.ts'
import type { ImportWriter } from './import-writer.ts'
import type { ImportAnswer, ImportRequest } from './imported-thread.ts'

/** `ended` is called when the importer has gone. */
export function serveImport(port: MessagePort, writer: ImportWriter, ended: () => void): void {
  function answer(request: ImportRequest): ImportAnswer {
    const { id } = request
    try {
      if (request.op === 'known') return { id, value: writer.known() }
      if (request.op === 'archive') return { id, value: writer.takeArchive(request.path) }
      if (request.op === 'sync') writer.sync(Date.now())
      else writer.write(request.threads, Date.now())
      return { id, value: undefined }
    } catch (thrown) {
      return { id, error: messageOf(toStoreError(thrown)) }
    }
  }
  port.on('message', (request: ImportRequest) => port.postMessage(answer(request)))
  port.on('close', ended)
  // An importer that ends must not keep the store open.
  port.unref()
}

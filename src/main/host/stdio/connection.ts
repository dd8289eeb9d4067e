// The stdio host: one client, one JSON message a line. Nothing but the protocol reaches the output.
import type { Readable, Writable } from 'node:stream'
import type { Server } from '../../api/server.ts'
import type { Logger } from '../../lib/logger.ts'
import {
  type Incoming,
  readMessage,
  writeNotification,
  writeReply,
  writeServerRequest,
} from '../envelope.ts'
import { createLineReader } from './json-lines.ts'
import { createLineWriter } from './line-writer.ts'

const LINE_BYTES_MAX = 64 * 1024 * 1024
/** A client that does not read what it asked for is not read from either. */
const BACKLOG_BYTES_TO_PAUSE = 8 * 1024 * 1024
/** How long answers that are still due at the end of the input are waited for. */
const LAST_ANSWERS_MS_MAX = 5_000

export interface StdioHost {
  /** Settles when the client is gone or `stop` was called, the server is shut down and all is written. */
  readonly closed: Promise<void>
  /** Ends as if the input had ended, but waits for no answers. Safe to call twice. */
  stop(): void
}

export function serveStdio(
  server: Server,
  streams: { readonly input: Readable; readonly output: Writable },
  logger: Logger,
): StdioHost {
  const { input, output } = streams
  let due = 0
  let onNoneDue: (() => void) | undefined
  let close: (() => void) | undefined
  let isStopping = false

  const writer = createLineWriter(output, {
    dropped: () =>
      writeNotification({ method: 'skein/resync', params: { threadId: null } }, Date.now()),
    drained() {
      if (input.isPaused() && writer.backlogBytes() < BACKLOG_BYTES_TO_PAUSE) input.resume()
    },
  })

  const connection = server.connect({
    notify: (notification) => writer.writeDroppable(writeNotification(notification, Date.now())),
    ask: (request) => writer.write(writeServerRequest(request)),
  })

  function receive(message: Incoming): void {
    switch (message.type) {
      case 'request':
        due += 1
        connection.request(message.method, message.params, (reply) => {
          writer.write(writeReply(message.id, reply))
          due -= 1
          if (due === 0) onNoneDue?.()
        })
        return
      case 'notification':
        return // clients have only `initialized` to tell, and the answer to `initialize` settled that
      case 'answer':
        connection.answer(message.id, message.answer)
    }
  }

  const reader = createLineReader(LINE_BYTES_MAX, {
    line(text) {
      const message = readMessage(text)
      if (message) receive(message)
      else logger.log('warn', 'dropped a line that is no message', { length: text.length })
    },
    tooLong: () => logger.log('warn', 'dropped a line that is too long', { max: LINE_BYTES_MAX }),
  })

  async function finish(): Promise<void> {
    if (due > 0 && !isStopping) await lastAnswers()
    await server.shutdown()
    connection.close()
    await writer.flushed()
  }

  function lastAnswers(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LAST_ANSWERS_MS_MAX)
      onNoneDue = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  const closed = new Promise<void>((resolve) => {
    close = resolve
  }).then(finish)

  input.on('data', (chunk: Uint8Array) => {
    reader.push(chunk)
    if (writer.backlogBytes() > BACKLOG_BYTES_TO_PAUSE) input.pause()
  })
  input.on('end', () => {
    reader.end()
    close?.()
  })
  input.on('error', () => close?.())
  output.on('error', () => close?.())

  return {
    closed,
    stop() {
      isStopping = true
      onNoneDue?.()
      input.pause()
      close?.()
    },
  }
}

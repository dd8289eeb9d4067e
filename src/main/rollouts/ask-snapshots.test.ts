import { MessageChannel, Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { answerSnapshots } from './ask-snapshots.ts'

/** Asks three times, twice the same, and tells what it got. */
const reader = `
const { parentPort, workerData } = await import('node:worker_threads')
const { askSnapshots } = await import(workerData.module)
const snapshotOf = askSnapshots(workerData.line)
const heard = ['one', 'one', 'wrong'].map((model) => {
  try {
    return snapshotOf({ model, turn: { approval_policy: 'never', secret: 's' } }).id
  } catch (thrown) {
    return thrown.message
  }
})
workerData.line.port.close()
parentPort.postMessage(heard)
`

it('gives a waiting reader its answers, each of them made once', async () => {
  const { port1, port2 } = new MessageChannel()
  const answered = new SharedArrayBuffer(4)
  const asked: unknown[] = []
  answerSnapshots({ port: port1, answered }, (settings) => {
    asked.push(settings)
    if (settings.model === 'wrong') throw new Error('no such model')
    return { id: `of ${settings.model}`, json: '{}' }
  })
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(reader)}`), {
    workerData: {
      module: new URL('./ask-snapshots.ts', import.meta.url).href,
      line: { port: port2, answered },
    },
    transferList: [port2],
  })
  const heard = await new Promise((resolve, reject) => {
    worker.on('message', resolve)
    worker.on('error', reject)
  })
  expect(heard).toEqual(['of one', 'of one', 'no such model'])
  const turn = { approval_policy: 'never', sandbox_policy: undefined }
  expect(asked).toEqual([
    { model: 'one', turn },
    { model: 'wrong', turn },
  ])
})

// The importer's end of its channel to the store: asks, and waits for the answer.
import type { MessagePort } from 'node:worker_threads'
import { SkeinError } from '../lib/errors.ts'
import type {
  ImportAnswer,
  ImportKnown,
  ImportRequest,
  TakenArchive,
} from '../storage/imported-thread.ts'
import { createPackWriter, type PackWriter } from '../storage/pack-files.ts'
import type { ImporterPorts } from './importer.ts'

type Unnumbered<T> = T extends ImportRequest ? Omit<T, 'id'> : never

/** Everything fails once the store is closed. */
export function createStorePort(
  port: MessagePort,
): Pick<ImporterPorts, 'known' | 'keep' | 'write' | 'sync' | 'takeArchive'> {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(reason: Error): void }>()
  let lastId = 0
  port.on('message', (answer: ImportAnswer) => {
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) asked?.reject(new SkeinError('storageDegraded', answer.error))
    else asked?.resolve(answer.value)
  })
  let packs: PackWriter | undefined
  port.on('close', () => {
    void packs?.close()
    for (const { reject } of waiting.values())
      reject(new SkeinError('storageDegraded', 'The store was closed.'))
  })

  function ask(request: Unnumbered<ImportRequest>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++lastId
      waiting.set(id, { resolve, reject })
      port.postMessage({ ...request, id })
    })
  }

  return {
    async known() {
      const known = (await ask({ op: 'known' })) as ImportKnown
      packs ??= createPackWriter(known.packFolder)
      return known
    },
    keep: async (pieces) => (await packs?.append(pieces.map(({ bytes }) => bytes))) ?? [],
    write: (threads) => ask({ op: 'write', threads }) as Promise<never>,
    sync: () => ask({ op: 'sync' }) as Promise<never>,
    takeArchive: (path) => ask({ op: 'archive', path }) as Promise<TakenArchive>,
  }
}

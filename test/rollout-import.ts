// Importing rollouts into the store of a test, in the thread of the test, and looking at what came of it.
import { MessageChannel } from 'node:worker_threads'
import type { ModelItem } from '../src/main/model/model-item.ts'
import { runImport } from '../src/main/rollouts/importer.ts'
import { createStorePort } from '../src/main/rollouts/store-port.ts'
import type { ImportWhat } from '../src/main/rollouts/thread-files.ts'
import type { Store } from '../src/main/storage/store.ts'
import type { ImportReport } from '../src/protocol/index.ts'
import { snapshot } from './builders.ts'

export function importHome(store: Store, home: string): Promise<ImportReport> {
  return runImportOf(store, { paths: [], home })
}

export async function runImportOf(
  store: Store,
  what: ImportWhat,
  signal: AbortSignal = new AbortController().signal,
): Promise<ImportReport> {
  const { port1, port2 } = new MessageChannel()
  store.attachImporter(port1)
  try {
    let claimed = 0
    return await runImport(what, {
      ...createStorePort(port2),
      snapshotOf: ({ model, cwd }) => {
        const { id, json } = snapshot({ model: model ?? 'unknown', cwd })
        return { id, json }
      },
      claim: () => claimed++,
      progress: () => undefined,
      isCancelled: () => signal.aborted,
    })
  } finally {
    port2.close()
  }
}

/** Of each turn its status and the kinds of its items. */
export async function turnsOf(store: Store, threadId: string) {
  const page = await store.turnsPage({
    threadId,
    cursor: undefined,
    limit: 100,
    sortDirection: 'asc',
    itemsView: 'full',
  })
  return page.data.map(({ status, items }) => [status, ...items.map(({ type }) => type)])
}

/** What the model reads, one line for each item. */
export async function historyOf(store: Store, threadId: string): Promise<string[]> {
  return wordsOf(await store.modelHistory(threadId))
}

/** One line for each item. */
export function wordsOf(items: readonly ModelItem[]): string[] {
  return items.map((item) => {
    const [part] = (item.content ?? []) as { text?: string }[]
    return `${item.role ?? item.type}: ${part?.text ?? item.call_id ?? ''}`
  })
}

/** The report of an import that did nothing but this. */
export function importReport(members: Partial<ImportReport>): ImportReport {
  return {
    threads: 0,
    items: 0,
    alreadyPresent: 0,
    skipped: [],
    failed: [],
    cancelled: false,
    ...members,
  }
}

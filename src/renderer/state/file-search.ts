// Search for files by a few letters of their paths: each search is a session of the app that ends with it.
import type { Bridge, FoundFile } from '../../protocol/index.ts'
import type { NotificationPump } from './notification-pump.ts'

export interface FileSearch {
  /** Asks for paths with these letters; only the latest question is answered. Never rejects: nothing is found then. */
  ask(query: string): void
  stop(): void
}

export interface FileSearches {
  /** A search below that folder. `onFound` hears the answer to the latest question, best first. */
  open(root: string, onFound: (files: readonly FoundFile[]) => void): FileSearch
}

export function createFileSearches(bridge: Bridge, pump: NotificationPump): FileSearches {
  let opened = 0

  function open(root: string, onFound: (files: readonly FoundFile[]) => void): FileSearch {
    const sessionId = `files-${++opened}`
    let latest: string | null = null
    const started = bridge.request('fuzzyFileSearch/sessionStart', { sessionId, roots: [root] })
    const close = pump.subscribe((batch) => {
      for (const { method, params } of batch) {
        if (method !== 'fuzzyFileSearch/sessionUpdated') continue
        if (params.sessionId === sessionId && params.query === latest) onFound(params.files)
      }
    })

    async function update(query: string): Promise<void> {
      try {
        await started
        // Typed on meanwhile: only the last letters matter.
        if (query !== latest) return
        await bridge.request('fuzzyFileSearch/sessionUpdate', { sessionId, query })
      } catch {
        if (query === latest) onFound([])
      }
    }

    return {
      ask(query) {
        latest = query
        if (query === '') onFound([])
        else void update(query)
      },
      stop() {
        latest = null
        close()
        started
          .then(() => bridge.request('fuzzyFileSearch/sessionStop', { sessionId }))
          .catch(() => {
            // The connection is gone, and the session with it.
          })
      },
    }
  }

  return { open }
}

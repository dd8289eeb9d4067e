// Search for files by name: one answer a question, or a session whose results follow what is typed.
import type { FoundFile } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import { findFiles } from '../../lib/find-files.ts'
import type { ClientConnection } from '../client-connection.ts'
import type { Handlers } from '../router.ts'

type FileSearchMethods =
  | 'fuzzyFileSearch'
  | 'fuzzyFileSearch/sessionStart'
  | 'fuzzyFileSearch/sessionUpdate'
  | 'fuzzyFileSearch/sessionStop'

interface Session {
  readonly roots: readonly string[]
  search: AbortController
}

export function fileSearchHandlers(): Pick<Handlers, FileSearchMethods> {
  const byToken = new Map<string, AbortController>()
  const sessions = new WeakMap<ClientConnection, Map<string, Session>>()

  function sessionsOf(connection: ClientConnection): Map<string, Session> {
    const known = sessions.get(connection)
    if (known) return known
    const made = new Map<string, Session>()
    sessions.set(connection, made)
    return made
  }

  function sessionOf(connection: ClientConnection, id: string): Session {
    const session = sessionsOf(connection).get(id)
    if (!session) throw new SkeinError('conflict', `fuzzy file search session not found: ${id}`)
    return session
  }

  return {
    async fuzzyFileSearch({ query, roots, cancellationToken }) {
      const search = new AbortController()
      if (cancellationToken != null) {
        byToken.get(cancellationToken)?.abort()
        byToken.set(cancellationToken, search)
      }
      try {
        return { files: (await found(query, roots, search.signal)) ?? [] }
      } finally {
        if (cancellationToken != null && byToken.get(cancellationToken) === search)
          byToken.delete(cancellationToken)
      }
    },

    async 'fuzzyFileSearch/sessionStart'({ sessionId, roots }, { connection }) {
      if (sessionId === '') throw new SkeinError('conflict', 'sessionId must not be empty')
      sessionsOf(connection).get(sessionId)?.search.abort()
      sessionsOf(connection).set(sessionId, { roots, search: new AbortController() })
      return {}
    },

    async 'fuzzyFileSearch/sessionUpdate'({ sessionId, query }, request) {
      const { connection } = request
      const session = sessionOf(connection, sessionId)
      session.search.abort()
      session.search = new AbortController()
      request.holdUntilReplied()
      void found(query, session.roots, session.search.signal).then((files) => {
        if (!files) return
        connection.notify({
          method: 'fuzzyFileSearch/sessionUpdated',
          params: { sessionId, query, files },
        })
        connection.notify({ method: 'fuzzyFileSearch/sessionCompleted', params: { sessionId } })
      })
      return {}
    },

    async 'fuzzyFileSearch/sessionStop'({ sessionId }, { connection }) {
      sessionsOf(connection).get(sessionId)?.search.abort()
      sessionsOf(connection).delete(sessionId)
      return {}
    },
  }
}

/** Null when a newer search took its place. */
async function found(
  query: string,
  roots: readonly string[],
  signal: AbortSignal,
): Promise<FoundFile[] | null> {
  try {
    return await findFiles(query, roots, signal)
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}

// Addresses that lead into the app: skein://thread/<id> with /turn/<id> or /item/<id>, and skein://settings/<section>.

export type AppLink =
  | {
      readonly type: 'thread'
      readonly threadId: string
      readonly turnId: string | null
      readonly itemId: string | null
    }
  | { readonly type: 'settings'; readonly section: string | null }

/** What an address leads to; null when it is none of ours. It only ever shows something, it never does anything. */
export function parseLink(address: string): AppLink | null {
  const [, kind, path] = /^skein:\/\/(thread|settings)(?:\/(.*))?$/.exec(address) ?? []
  const [id, inner, innerId, ...rest] = (path ?? '').replace(/\/$/, '').split('/')
  if (kind === 'settings' && inner === undefined) return { type: 'settings', section: id || null }
  if (kind !== 'thread' || !id || rest.length > 0) return null
  const thread = { type: 'thread', threadId: id, turnId: null, itemId: null } as const
  if (inner === undefined) return thread
  if (!innerId) return null
  if (inner === 'turn') return { ...thread, turnId: innerId }
  return inner === 'item' ? { ...thread, itemId: innerId } : null
}

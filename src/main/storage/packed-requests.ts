// Requests for imported threads whose content is not in rows yet: they wait here until enough of it is, while
// everything else goes on. Most need no more than the newest turns, which are unpacked first.
import type { Database } from 'better-sqlite3'
import { readCursor, turnsList } from './cursors.ts'
import type { ImportPacks, RowsFrom } from './import-packs.ts'
import { createPrepared } from './prepared.ts'
import type { ItemsQuery, TurnsQuery } from './store.ts'
import type { ReadName, ToWorker } from './worker-messages.ts'

export interface PackedRequests {
  /** The next request that can be answered now; undefined when there is none. */
  next(): ToWorker | undefined
  /** The thread that is to be unpacked before all others: somebody waits for it, or has it open. */
  wanted(): string | undefined
  /** After a piece was unpacked: whether somebody waits no more, and comes with `next`. */
  look(): boolean
  /** Takes out the requests for a thread that cannot be unpacked, or all of them. */
  giveUp(threadId?: string): readonly ToWorker[]
}

/** Rows that must be there: all of the thread, or so many of its newest. */
interface Need {
  readonly threadId: string
  readonly newest?: {
    readonly table: 'turn' | 'item'
    readonly count: number
    /** Those before this place; the newest of all without one. */
    readonly before?: number
  }
}

interface Waiting {
  readonly message: ToWorker
  readonly need: Need
}

/** They read the thread's own row, or what only comes to be here and never with an import. */
const contentless: ReadonlySet<ReadName> = new Set<ReadName>([
  'findThread',
  'threadPage',
  'threadSizes',
  'snapshot',
  'approvals',
  'recordedEvents',
  'findGoal',
  'goalLogPage',
  'attachmentsPage',
  'readDraft',
])

export function createPackedRequests(
  db: Database,
  packs: Pick<ImportPacks, 'isEmpty' | 'rowsFrom'>,
  arriving: () => ToWorker | undefined,
  postponed: (id: number) => void,
): PackedRequests {
  const prepared = createPrepared(db)
  let waiting: readonly Waiting[] = []
  /** Can go on, and come before what arrives. */
  const ready: ToWorker[] = []
  /** Their newest rows were asked for: the others will be. */
  const opened = new Set<string>()

  function isThere({ newest }: Need, { threadPk, ord }: RowsFrom): boolean {
    if (!newest) return false
    const { table, count, before = Number.MAX_SAFE_INTEGER } = newest
    const select = prepared<{ n: number }>(
      `SELECT count(*) AS n FROM
         (SELECT 1 FROM ${table} WHERE thread_pk = ? AND ord >= ? AND ord < ? LIMIT ?)`,
    )
    return select.get(threadPk, ord, before, count)?.n === count
  }

  function waitsFor(message: ToWorker): Need | undefined {
    const need = packs.isEmpty() ? undefined : needOf(message)
    return need && mustWait(need) ? need : undefined
  }

  function mustWait(need: Need): boolean {
    const from = packs.rowsFrom(need.threadId)
    if (!from) return false
    if (need.newest) opened.add(need.threadId)
    return !isThere(need, from)
  }

  /** A flush comes after the writes that were asked for before it. */
  function isHeldBack({ op }: ToWorker): boolean {
    return op === 'flush' && waiting.some(({ message }) => message.op === 'commit')
  }

  function setAside(message: ToWorker, need: Need): void {
    waiting = [...waiting, { message, need }]
    if ('id' in message) postponed(message.id)
  }

  return {
    next() {
      for (;;) {
        const message = ready.shift() ?? arriving()
        if (!message) return undefined
        const need = waitsFor(message)
        if (need) setAside(message, need)
        else if (isHeldBack(message)) setAside(message, { threadId: '' })
        else return message
      }
    },
    wanted() {
      for (const { need } of waiting) if (packs.rowsFrom(need.threadId)) return need.threadId
      for (const threadId of opened) {
        if (packs.rowsFrom(threadId)) return threadId
        opened.delete(threadId)
      }
      return undefined
    },
    look() {
      const still = waiting.filter(({ need }) => mustWait(need))
      const served = waiting.filter((each) => !still.includes(each))
      ready.push(...served.map(({ message }) => message))
      // The next piece is another thread's: a short one does not wait for a long one.
      const first = still[0]?.need.threadId
      const isFirst = ({ need }: Waiting): boolean => need.threadId === first
      waiting = [...still.filter((each) => !isFirst(each)), ...still.filter(isFirst)]
      return served.length > 0
    },
    giveUp(threadId) {
      const isMeant = ({ need }: Waiting): boolean =>
        threadId === undefined || need.threadId === threadId
      const given = waiting.filter(isMeant).map(({ message }) => message)
      waiting = waiting.filter((each) => !isMeant(each))
      if (threadId !== undefined) opened.delete(threadId)
      return given
    },
  }
}

/** Undefined for what can be answered whatever is packed. */
function needOf(message: ToWorker): Need | undefined {
  switch (message.op) {
    case 'read':
      return contentless.has(message.name) ? undefined : readNeed(message.name, message.args)
    case 'archive':
      return { threadId: message.threadId }
    case 'commit': {
      // New facts come behind all that is packed, in places kept free for it.
      const { threadId, events } = message.request
      return events.some(({ type }) => type === 'threadReverted') ? { threadId } : undefined
    }
    case 'change': {
      const [change] = message.args as [{ threadId?: unknown; fromTurnId?: unknown } | undefined]
      return message.name === 'changeReadState' && change?.fromTurnId !== undefined
        ? { threadId: String(change.threadId) }
        : undefined
    }
    default:
      return undefined
  }
}

function readNeed(name: ReadName, args: readonly unknown[]): Need | undefined {
  const [first, second] = args
  const threadId =
    typeof first === 'string' ? first : ((first ?? {}) as { threadId?: unknown }).threadId
  if (typeof threadId !== 'string') return undefined
  // Only the store asks, with the arguments of the very method.
  if (name === 'loadThread') return { threadId, newest: { table: 'turn', count: 1 } }
  if (name === 'turnsPage') return turnsNeed(first as TurnsQuery)
  if (name === 'newestItem') return { threadId, newest: { table: 'item', count: 1 } }
  if (name === 'itemsPage') return itemsNeed(first as ItemsQuery)
  if (name === 'snapshotIdOf' && second === undefined) return undefined
  return { threadId }
}

/** A page reads one row more than it shows. */
function turnsNeed({ threadId, cursor, limit, sortDirection }: TurnsQuery): Need {
  if (sortDirection === 'asc') return { threadId }
  return {
    threadId,
    newest: { table: 'turn', count: limit + 1, ...beforeCursor(threadId, cursor) },
  }
}

/** A cursor that is none is told of by the read itself. */
function beforeCursor(threadId: string, cursor: string | undefined): { before?: number } {
  try {
    const place = readCursor(turnsList(threadId), cursor, 1)
    const [ord] = place?.key ?? []
    return ord === undefined ? {} : { before: place?.isInclusive ? ord + 1 : ord }
  } catch {
    return {}
  }
}

function itemsNeed({ threadId, turnId, cursor, limit, sortDirection }: ItemsQuery): Need {
  if (sortDirection === 'asc' || turnId !== undefined || cursor !== undefined) return { threadId }
  return { threadId, newest: { table: 'item', count: limit + 1 } }
}

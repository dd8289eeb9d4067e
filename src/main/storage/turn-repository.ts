// Reads of turns and their items, by page; nothing here is proportional to the length of the thread.
import type { Database } from 'better-sqlite3'
import type {
  ItemsView,
  PlanStep,
  ThreadItem,
  TurnError,
  TurnExtras,
} from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { BlobStore } from './blobs.ts'
import {
  fromPlace,
  listName,
  type Place,
  pageOf,
  readCursor,
  turnsList,
  writeCursor,
} from './cursors.ts'
import type { DamageLog } from './damage.ts'
import { createPrepared } from './prepared.ts'
import type { ItemEntry, ItemsQuery } from './store.ts'
import { loadItem, loadJson } from './stored-json.ts'
import { createStory, readAcross, type Segment, type TurnPlace } from './story.ts'
import { createTurnItems, type TurnItemRow, turnItemColumns } from './turn-items.ts'
import { type TurnRow, turnColumns, turnOf } from './turn-rows.ts'
import type { Reads } from './worker-messages.ts'

export type TurnReads = Pick<Reads, 'turnsPage' | 'itemsPage' | 'newestItem' | 'readItems'>

interface ItemRow extends TurnItemRow {
  readonly ord: number
  readonly turn_id: string
  readonly started_ms: number | null
  readonly ended_ms: number | null
}

interface StoredPlan {
  readonly explanation: string | null
  readonly plan: PlanStep[]
}

const itemColumns = `item.thread_pk, item.ord, turn.id AS turn_id, item.json, item.blob_hash, item.out_hash,
  item.out_size, item.started_ms, item.ended_ms`
const items = `SELECT ${itemColumns} FROM item JOIN turn ON turn.pk = item.turn_pk`

const itemsList = (threadId: string, turnId: string | null): string =>
  listName('items', threadId, turnId)

export function createTurnRepository(db: Database, blobs: BlobStore, damage: DamageLog): TurnReads {
  const selectThread = db
    .prepare<[string], number>('SELECT pk FROM thread WHERE id = ? AND deleted_ms IS NULL')
    .pluck()
  const oneOfTurn = (kind: string, direction: string) =>
    db.prepare<[number], TurnItemRow>(
      `SELECT ${turnItemColumns} FROM item
       WHERE turn_pk = ? AND kind = '${kind}' ORDER BY ord ${direction} LIMIT 1`,
    )
  const selectFirstInput = oneOfTurn('userMessage', 'ASC')
  const selectLastAnswer = oneOfTurn('agentMessage', 'DESC')
  // Left to itself, SQLite would walk through the whole turn for the order.
  const selectNamed = db.prepare<[number, string, number], ItemRow>(
    `SELECT ${itemColumns} FROM item INDEXED BY item_id JOIN turn ON turn.pk = item.turn_pk
     WHERE item.thread_pk = ? AND item.id IN (SELECT value FROM json_each(?)) AND item.turn_pk = ?`,
  )
  const selectAnchor = db
    .prepare<
      [{ thread: number; id: string; turn: number | null; from: number; to: number }],
      number
    >(
      `SELECT ord FROM item INDEXED BY item_id WHERE thread_pk = @thread AND id = @id
         AND (@turn IS NULL OR turn_pk = @turn) AND ord >= @from AND ord < @to
       ORDER BY ord DESC LIMIT 1`,
    )
    .pluck()
  const selectNewest = db
    .prepare<[number, number, number], number>(
      'SELECT ord FROM item WHERE thread_pk = ? AND ord >= ? AND ord < ? ORDER BY ord DESC LIMIT 1',
    )
    .pluck()
  const itemsOfTurns = createTurnItems(db)
  const prepared = createPrepared(db)
  const story = createStory(db)

  function threadPk(id: string): number {
    const pk = selectThread.get(id)
    if (pk === undefined) throw new SkeinError('notFound', `no thread ${id}`)
    return pk
  }

  function turnOfThread(thread: number, id: string): TurnPlace {
    const turn = story.findTurn(thread, id)
    if (!turn) throw new SkeinError('notFound', `no turn ${id} in this thread`)
    return turn
  }

  function itemOf(row: TurnItemRow, withOutput = true): ThreadItem | undefined {
    return damage.tolerate(row.thread_pk, () => loadItem(blobs, row, withOutput))
  }

  /** Of these turns, each part of the story in one go: what is shown of each. */
  function itemsOf(parts: readonly (readonly TurnRow[])[], view: ItemsView) {
    if (view === 'notLoaded') return () => []
    const all = view === 'full' ? itemsOfTurns(parts) : undefined
    const rowsOf = ({ pk }: TurnRow): readonly (TurnItemRow | undefined)[] =>
      all ? (all.get(pk) ?? []) : [selectFirstInput.get(pk), selectLastAnswer.get(pk)]
    return (turn: TurnRow): ThreadItem[] =>
      rowsOf(turn).flatMap((row) => (row && itemOf(row)) ?? [])
  }

  function errorOf(turn: TurnRow): TurnError | null {
    if (turn.error_json === null) return null
    const stored = { json: turn.error_json, blob_hash: null }
    const error = damage.tolerate(turn.thread_pk, () => loadJson(blobs, stored) as TurnError)
    return error ?? null
  }

  function planOf({ thread_pk, plan_json: json }: TurnRow): TurnExtras['plan'] {
    if (!json) return undefined
    const stored = damage.tolerate(
      thread_pk,
      () => loadJson(blobs, { json, blob_hash: null }) as StoredPlan,
    )
    return stored && { explanation: stored.explanation, steps: stored.plan }
  }

  function entryOf(row: ItemRow, deferOutput: boolean): ItemEntry | undefined {
    const isDeferred = deferOutput && row.out_hash !== null
    const item = itemOf(row, !isDeferred)
    return (
      item && {
        turnId: row.turn_id,
        item,
        startedAtMs: row.started_ms,
        completedAtMs: row.ended_ms,
        ...(isDeferred ? { outputDeferred: true } : {}),
      }
    )
  }

  function placeOf(
    query: ItemsQuery,
    list: string,
    segments: readonly Segment[],
    turn: number | null,
  ): Place | undefined {
    if (typeof query.cursor !== 'object') return readCursor(list, query.cursor, 1)
    const { itemId: id } = query.cursor
    const [ord] = readAcross(segments, 'desc', 1, ({ source_pk, from_ord, to_ord }) =>
      selectAnchor.all({ thread: source_pk, id, turn, from: from_ord, to: to_ord }),
    )
    if (ord === undefined)
      throw new SkeinError(
        'contradiction',
        'cursor.itemId does not identify an item in the requested history scope',
      )
    return { key: [ord], isInclusive: false }
  }

  return {
    turnsPage(query) {
      const { threadId, limit, sortDirection, itemsView } = query
      const thread = threadPk(threadId)
      const list = turnsList(threadId)
      const place = readCursor(list, query.cursor, 1)
      const columns = itemsView === 'full' ? `${turnColumns}, plan_json` : turnColumns
      const select = prepared<TurnRow>(
        `SELECT ${columns} FROM turn WHERE thread_pk = ? AND ord >= ? AND ord < ?
           ${fromPlace('ord', place, sortDirection)} ORDER BY ord ${sortDirection} LIMIT ?`,
      )
      const parts: TurnRow[][] = []
      const rows = readAcross(
        story.segments(thread),
        sortDirection,
        limit + 1,
        ({ source_pk, from_ord, to_ord }, most) => {
          const part = select.all(source_pk, from_ord, to_ord, ...(place?.key ?? []), most)
          parts.push(part.slice(0, most - 1)) // the last one only says that there are more
          return part
        },
      )
      const shownOf = itemsOf(parts, itemsView)
      return pageOf(
        list,
        rows,
        limit,
        (row) => [row.ord],
        (row) => turnOf(row, itemsView, shownOf(row), errorOf(row), planOf(row)),
      )
    },
    itemsPage(query) {
      const { threadId, turnId, limit, sortDirection } = query
      const thread = threadPk(threadId)
      const turn = turnId === undefined ? null : turnOfThread(thread, turnId)
      const segments = story.segments(thread)
      const list = itemsList(threadId, turnId ?? null)
      const place = placeOf(query, list, segments, turn?.pk ?? null)
      const order = `${fromPlace('item.ord', place, sortDirection)} ORDER BY item.ord ${sortDirection} LIMIT ?`
      const key = place?.key ?? []
      const rows = turn
        ? prepared<ItemRow>(`${items} WHERE item.turn_pk = ? ${order}`).all(
            turn.pk,
            ...key,
            limit + 1,
          )
        : readAcross(segments, sortDirection, limit + 1, ({ source_pk, from_ord, to_ord }, most) =>
            prepared<ItemRow>(
              `${items} WHERE item.thread_pk = ? AND item.ord >= ? AND item.ord < ? ${order}`,
            ).all(source_pk, from_ord, to_ord, ...key, most),
          )
      return pageOf(
        list,
        rows,
        limit,
        (row) => [row.ord],
        (row) => entryOf(row, query.deferOutput),
      )
    },
    newestItem(threadId) {
      const segments = story.segments(threadPk(threadId))
      const [ord] = readAcross(segments, 'desc', 1, ({ source_pk, from_ord, to_ord }) =>
        selectNewest.all(source_pk, from_ord, to_ord),
      )
      const list = itemsList(threadId, null)
      return ord === undefined ? null : writeCursor(list, { key: [ord], isInclusive: true })
    },
    readItems(threadId, turnId, itemIds) {
      const turn = turnOfThread(threadPk(threadId), turnId)
      const rows = selectNamed.all(turn.thread_pk, JSON.stringify(itemIds), turn.pk)
      rows.sort((a, b) => a.ord - b.ord)
      return rows.flatMap((row) => entryOf(row, false) ?? [])
    },
  }
}

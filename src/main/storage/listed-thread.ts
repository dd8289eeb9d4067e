// A thread as lists show it, written as JSON by SQLite: no object is made of any row of a page, which takes most of the
// time of a list. threadFromRecord (api/thread-view.ts) says the same of a single thread.
import type { GoalStatus, Thread, ThreadReadState } from '../../protocol/index.ts'
import { storedStatus } from './goal-repository.ts'
import type { Page, ThreadPage } from './store.ts'

export interface ListedRow {
  readonly id: string
  /** A thread of the wire, not loaded. */
  readonly thread: string
  /** Null for a thread without a turn: there is nothing to read yet. */
  readonly read_state: string | null
}

/** SQL of JSON text, in pieces: those that are known beforehand join each other. */
type Json = readonly string[]
/** Of each member, over a row of `thread`, in the order of the wire. */
type Members<T> = { readonly [M in keyof Required<T>]: Json }

const literal = (json: string): Json => [`'${json}'`]
const nothing = literal('null')
const column = (name: string): Json => [`json_quote(${name})`]
/** Of a column that is never null. */
const number = (sql: string): Json => [sql]
const seconds = (name: string): Json => [`coalesce(${name} / 1000, 'null')`]
const flag = (name: string): Json => [`iif(${name}, 'true', 'false')`]
const orNull = (sql: string): Json => [`coalesce(${sql}, 'null')`]

function object<T>(members: Members<T>): Json {
  const parts = Object.entries<Json>(members).flatMap(([name, json], index) => [
    ...literal(`${index === 0 ? '{' : ','}"${name}":`),
    ...json,
  ])
  return [...parts, ...literal('}')]
}

/** One call for all of it: each costs as much as a column. */
function sqlOf(json: Json): string {
  const pieces: string[] = []
  for (const piece of json) {
    const last = pieces.at(-1)
    if (piece.startsWith("'") && last?.startsWith("'"))
      pieces[pieces.length - 1] = `${last.slice(0, -1)}${piece.slice(1)}`
    else pieces.push(piece)
  }
  return `concat(${pieces.join(', ')})`
}

const goalStatuses = (Object.entries(storedStatus) as [GoalStatus, string][])
  .map(([status, stored]) => `WHEN '${stored}' THEN '"${status}"'`)
  .join(' ')

const extras = object<NonNullable<Thread['skein']>>({
  pinned: flag('pinned'),
  snoozedUntilMs: column('snoozed_until_ms'),
  queued: number('queued'),
  files: object({ added: number('lines_added'), removed: number('lines_removed') }),
  unread: number(
    'iif(first_unread_turn IS NULL, 0, max(0, coalesce(turn_count - first_unread_number + 1, 0)))',
  ),
  goalStatus: orNull(
    `(SELECT CASE status ${goalStatuses} END FROM goal WHERE goal.thread_pk = thread.pk)`,
  ),
  damaged: flag('damaged'),
})

const section = object<NonNullable<Thread['section']>>({
  id: column('id'),
  name: column('name'),
  appearance: orNull('appearance_json'),
})

const thread = object<Thread>({
  parentThreadId: nothing,
  attachedToThreadId: nothing,
  ephemeral: literal('false'),
  path: nothing,
  gitInfo: ["iif(json_valid(git_json), git_json, 'null')"],
  canAcceptDirectInput: nothing,
  agentNickname: nothing,
  agentRole: nothing,
  environments: nothing,
  section: [
    `iif(section_pk IS NULL, 'null',
      (SELECT ${sqlOf(section)} FROM section WHERE section.pk = thread.section_pk))`,
  ],
  sectionEnteredAt: seconds('section_entered_ms'),
  projectId: [
    `iif(project_pk IS NULL, 'null',
      (SELECT json_quote(id) FROM project WHERE project.pk = thread.project_pk))`,
  ],
  extra: nothing,
  daybreakEnabled: nothing,
  id: column('id'),
  sessionId: column('id'),
  forkedFromId: column('forked_from'),
  preview: column('preview'),
  name: column('name'),
  historyMode: column('history_mode'),
  modelProvider: column('model_provider'),
  model: column('model'),
  reasoningEffort: column('reasoning_effort'),
  createdAt: seconds('created_ms'),
  updatedAt: seconds('updated_ms'),
  recencyAt: seconds('recency_ms'),
  status: literal('{"type":"notLoaded"}'),
  cwd: column('cwd'),
  cliVersion: column('cli_version'),
  originator: column('originator'),
  source: [
    `iif(source IN ('cli', 'vscode', 'exec', 'appServer', 'unknown'), json_quote(source),
      ${sqlOf(object({ custom: column('source') }))})`,
  ],
  threadSource: column('thread_source'),
  turns: literal('[]'),
  skein: extras,
})

const readState = object<ThreadReadState>({
  firstUnread: [
    `CASE WHEN first_unread_turn IS NULL THEN 'null'
      WHEN first_unread_turn = '' THEN '{"type":"threadStart"}'
      ELSE ${sqlOf(object({ type: literal('"turn"'), turnId: column('first_unread_turn') }))} END`,
  ],
  revision: [...literal('"'), 'read_rev', ...literal('"')],
})

/** What a statement over `thread` selects for `threadPageOf`. */
export const listedColumns = `id, ${sqlOf(thread)} AS thread,
  iif(turn_count = 0, NULL, ${sqlOf(readState)}) AS read_state`

export function threadPageOf({ data, ...cursors }: Page<ListedRow>): ThreadPage {
  const readStates = data.flatMap(({ id, read_state }) =>
    read_state === null ? [] : [`${JSON.stringify(id)}:${read_state}`],
  )
  return {
    ids: data.map(({ id }) => id),
    threads: data.map((row) => row.thread),
    readStates: `{${readStates.join()}}`,
    ...cursors,
  }
}

// A thread as an importer hands it over: its row, where it came from, and where its content lies.
import type {
  GitInfo,
  ThreadItem,
  ThreadTokenUsage,
  TokenUsage,
  TurnError,
} from '../../protocol/index.ts'
import type { ModelItem } from '../model/model-item.ts'
import type { Encoded } from './pack-encoding.ts'
import type { PackPlace } from './pack-files.ts'
import type { StoredSnapshot } from './thread-event.ts'

/** One row of content. `turn` is the place of a turn among the turns of the thread, null outside of any. */
export type ImportRow =
  | {
      readonly k: 'turn'
      readonly id: string
      readonly kind: 'user' | 'other'
      readonly status: 'completed' | 'interrupted' | 'failed'
      readonly reason: string | null
      readonly error: TurnError | null
      readonly snapshotId: string | null
      readonly rootTurnId: string | null
      readonly startedMs: number | null
      readonly endedMs: number | null
      readonly durationMs: number | null
    }
  | { readonly k: 'end'; readonly turn: number }
  | { readonly k: 'item'; readonly turn: number; readonly item: ThreadItem }
  | { readonly k: 'model'; readonly turn: number | null; readonly item: ModelItem }
  /** From here on the model reads so many of the rows right before it, and what comes later. */
  | { readonly k: 'compaction'; readonly turn: number | null; readonly kept: number }
  | {
      readonly k: 'usage'
      readonly turn: number | null
      readonly responseId: string | null
      readonly model: string | null
      readonly usage: TokenUsage
      readonly contextWindow: number | null
      readonly atMs: number
    }

/** A file a thread was read from. */
export interface ImportSource {
  readonly path: string
  readonly size: number
  readonly mtimeMs: number
  /** Of its first bytes: tells a file that grew from one that was replaced. */
  readonly headHash: string
  readonly badLines: number
}

export interface ImportedThread {
  readonly id: string
  readonly source: string
  readonly threadSource: string | null
  readonly originator: string | null
  readonly cliVersion: string
  readonly historyMode: 'legacy' | 'paginated'
  readonly forkedFromId: string | null
  readonly git: GitInfo | null
  readonly name: string | null
  readonly preview: string
  readonly cwd: string
  readonly modelProvider: string
  readonly model: string | null
  readonly effort: string | null
  /** The settings it goes on with; the others are those of its turns. */
  readonly snapshotId: string
  readonly snapshots: readonly StoredSnapshot[]
  readonly archivedMs: number | null
  /** A thread that is here already takes `archivedMs` over: its file moved since it was read. */
  readonly hasChangedTree: boolean
  readonly createdMs: number
  readonly updatedMs: number
  readonly recencyMs: number
  readonly tokenUsage: ThreadTokenUsage | null
  readonly goal: ImportedGoal | null
  readonly turns: number
  readonly items: number
  readonly sources: readonly ImportSource[]
  /** Sources to be forgotten. */
  readonly goneSources: readonly string[]
}

interface Part {
  /** Exclusive. */
  readonly toOrd: number
  /** An ImportPart (import-part.ts) as JSON; or what a RowsOfLines reads, and then there is one part alone. */
  readonly form: 'rows' | 'lines'
}

export interface ContentPart extends Part {
  /** One behind the other; valid until the next one is asked for. */
  readonly content: readonly (Buffer | string)[]
}

/** Makes the rows of a thread of what its importer kept. Throws an Error for what is damaged. */
export type RowsOfLines = (kept: Buffer) => readonly ImportRow[]

/** As it is handed over: its content lies in a file that the importer wrote. */
export interface PlacedThread extends ImportedThread {
  /** Oldest first. */
  readonly parts: readonly PlacedPart[]
}

export interface PlacedPart extends Part, Pick<Encoded, 'encoding'> {
  readonly place: PackPlace
  /** The part lies here in what comes of that place; undefined for one that is all of it. */
  readonly within?: { readonly offset: number; readonly length: number; readonly share: number }
}

/** As the reference keeps it; times in Unix seconds. */
export interface ImportedGoal {
  readonly objective: string
  readonly status: string
  readonly tokenBudget: number | null
  readonly tokensUsed: number
  readonly timeUsedSeconds: number
  readonly createdAt: number
  readonly updatedAt: number
}

export interface KnownSource {
  readonly path: string
  readonly threadId: string
  readonly size: number
  readonly mtimeMs: number
  readonly headHash: string
  readonly state: 'full' | 'detached'
}

export interface KnownThread {
  readonly id: string
  readonly isImported: boolean
  readonly isDeleted: boolean
  /** Something here stands on its rows: a fork, or what it was reverted to. */
  readonly isStoodOn: boolean
  readonly items: number
}

/** What became of a file in Skein's own form. */
export interface TakenArchive {
  readonly threadId: string
  readonly items: number
  readonly isNew: boolean
}

/** What an importer asks of the store, over a channel of its own. Each is answered with its `id`. */
export type ImportRequest =
  | { readonly id: number; readonly op: 'known' }
  | {
      readonly id: number
      readonly op: 'write'
      /** All or none; one whose id exists is replaced, what the person did to it kept. One that went on here is refused. */
      readonly threads: readonly PlacedThread[]
    }
  | { readonly id: number; readonly op: 'archive'; readonly path: string }
  /** Answered when everything written before is safe on disk. */
  | { readonly id: number; readonly op: 'sync' }

export interface ImportKnown {
  /** Those read last come first. */
  readonly sources: readonly KnownSource[]
  readonly threads: readonly KnownThread[]
  /** Where importers put packed content. */
  readonly packFolder: string
}

export type ImportAnswer =
  | { readonly id: number; readonly value: ImportKnown | TakenArchive | undefined }
  | { readonly id: number; readonly error: string }

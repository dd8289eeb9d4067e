// What the store and its worker say to each other, and how errors cross over.
import type { MessagePort } from 'node:worker_threads'
import { type ErrorCode, SkeinError } from '../lib/errors.ts'
import type { ArrangementChanges } from './arrangement-store.ts'
import type { CommitRequest } from './event-log.ts'
import type { GoalWrite, GoalWrites } from './goal-store.ts'
import type { Checkpoint } from './partials.ts'
import type { Repair } from './rescue.ts'
import type { Store, StoreHealth } from './store.ts'

/** The reads of the store, as the worker answers them: at once, or by throwing. */
export type ReadName = Exclude<
  keyof Store,
  | 'journal'
  | 'opened'
  | 'changes'
  | 'onHealth'
  | 'close'
  | 'attachImporter'
  | 'keepDeleted'
  | 'backup'
  | 'check'
  | 'archiveThread'
  | 'onPacked'
  | 'onUnpacked'
  | keyof GoalWrites
  | ChangeName
>
export type Reads = {
  readonly [N in ReadName]: (...args: Parameters<Store[N]>) => Awaited<ReturnType<Store[N]>>
}

/** The changes of the store that are made by name, each inside the transaction of its batch. */
export type ChangeName = keyof ArrangementChanges
export type Changes = {
  readonly [N in ChangeName]: (
    ...args: Parameters<ArrangementChanges[N]>
  ) => Awaited<ReturnType<ArrangementChanges[N]>>
}

export interface WorkerOptions {
  readonly home: string
  readonly appVersion: string
  readonly nowMs: number
}

/** Those without an id are not answered. */
export type ToWorker =
  | { readonly op: 'commit'; readonly id: number; readonly request: CommitRequest }
  | { readonly op: 'checkpoint'; readonly checkpoint: Checkpoint }
  | { readonly op: 'discard'; readonly threadId: string; readonly itemIds: readonly string[] }
  | { readonly op: 'goals'; readonly id: number; readonly writes: readonly GoalWrite[] }
  | { readonly op: 'goalsPaused'; readonly id: number; readonly paused: boolean }
  | {
      readonly op: 'change'
      readonly id: number
      readonly name: ChangeName
      readonly args: readonly unknown[]
    }
  | { readonly op: 'flush'; readonly id: number }
  | {
      readonly op: 'read'
      readonly id: number
      readonly name: ReadName
      readonly args: readonly unknown[]
    }
  | { readonly op: 'keepDeleted'; readonly ms: number | null }
  | { readonly op: 'check'; readonly id: number }
  | { readonly op: 'backup'; readonly id: number; readonly path: string | undefined }
  | {
      readonly op: 'archive'
      readonly id: number
      readonly threadId: string
      readonly path: string
    }
  | { readonly op: 'close'; readonly id: number }

/** What the worker takes itself, before its service: the port of an importer. */
export interface AttachImporter {
  readonly op: 'attachImporter'
  readonly port: MessagePort
}

export interface ThrownOverThere {
  /** Null: not an expected failure but a bug. */
  readonly code: ErrorCode | null
  readonly message: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly stack: string | undefined
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ThrownOverThere }

export type FromWorker =
  | { readonly type: 'opened'; readonly repairs: readonly Repair[] }
  | { readonly type: 'failed'; readonly error: ThrownOverThere }
  /** Of one transaction, or of the reads after it. */
  | { readonly type: 'answers'; readonly answers: readonly Answer[] }
  /** The request waits for content that is being unpacked: its answer comes when it comes. */
  | { readonly type: 'postponed'; readonly id: number }
  | { readonly type: 'health'; readonly health: StoreHealth }
  /** Threads came in whose rows are not there yet. */
  | { readonly type: 'packed' }
  /** The rows of an imported thread are there now. */
  | { readonly type: 'unpacked'; readonly threadId: string }
  /** A row of the thread could not be read: the thread is marked by now. */
  | { readonly type: 'damaged'; readonly threadPk: number }
  | { readonly type: 'log'; readonly level: 'warn' | 'error'; readonly message: string }

/** Structured cloning would keep the message only. */
export function packError(thrown: unknown): ThrownOverThere {
  if (thrown instanceof SkeinError) {
    const { code, message, detail, stack } = thrown
    return { code, message, detail, stack }
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  return { code: null, message: error.message, detail: {}, stack: error.stack }
}

export function unpackError(packed: ThrownOverThere): Error {
  const error =
    packed.code === null
      ? new Error(packed.message)
      : new SkeinError(packed.code, packed.message, packed.detail)
  if (packed.stack !== undefined) error.stack = packed.stack
  return error
}

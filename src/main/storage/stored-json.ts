// JSON in rows: inline while it is small, as a blob when it is not; rows that do not parse are told apart, not fatal.
import { Buffer } from 'node:buffer'
import type { ThreadItem } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { ModelItem } from '../model/model-item.ts'
import type { BlobStore } from './blobs.ts'

/** Longer JSON goes to a blob. */
export const INLINE_BYTES_MAX = 16 * 1024

/** Exactly one of the two is set. */
export interface StoredJson {
  readonly json: string | null
  readonly blob_hash: string | null
}

export interface StoredItem extends StoredJson {
  readonly out_hash: string | null
  /** Bytes of the command's output, wherever it is. */
  readonly out_size: number
}

export function storeJson(blobs: BlobStore, json: string, atMs: number): StoredJson {
  // A character takes at most three bytes: short texts need no counting.
  const isInline =
    json.length * 3 <= INLINE_BYTES_MAX || Buffer.byteLength(json) <= INLINE_BYTES_MAX
  if (isInline) return { json, blob_hash: null }
  return { json: null, blob_hash: blobs.put(Buffer.from(json), 'application/json', atMs) }
}

/** A command's output is kept on its own when the item is too large with it, so that it can be read by range. */
export function storeItem(blobs: BlobStore, item: ThreadItem, atMs: number): StoredItem {
  const output = outputOf(item)
  const outSize = output === null ? 0 : Buffer.byteLength(output)
  const json = JSON.stringify(item)
  const isLong = json.length > INLINE_BYTES_MAX || Buffer.byteLength(json) > INLINE_BYTES_MAX
  if (!isLong || outSize === 0 || output === null)
    return { ...storeJson(blobs, json, atMs), out_hash: null, out_size: outSize }
  const rest = JSON.stringify({ ...item, aggregatedOutput: null })
  return {
    ...storeJson(blobs, rest, atMs),
    out_hash: blobs.put(Buffer.from(output), 'text/plain', atMs),
    out_size: outSize,
  }
}

function outputOf(item: ThreadItem): string | null {
  return item.type === 'commandExecution' ? item.aggregatedOutput : null
}

/** Throws SkeinError `corrupt` when it does not parse. */
export function loadJson(blobs: BlobStore, row: StoredJson): unknown {
  const text = row.json ?? blobs.get(row.blob_hash ?? '').toString('utf8')
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new SkeinError('corrupt', 'a stored row does not parse', {}, thrown)
  }
}

/** `withOutput` false leaves an output out that is not inline. Kinds this build does not know come back as stored. */
export function loadItem(blobs: BlobStore, row: StoredItem, withOutput: boolean): ThreadItem {
  const item = loadJson(blobs, row)
  if (!isRecord(item) || typeof item.type !== 'string' || typeof item.id !== 'string')
    throw new SkeinError('corrupt', 'a stored item is not one')
  if (row.out_hash !== null && withOutput)
    item.aggregatedOutput = blobs.get(row.out_hash).toString('utf8')
  // Not checked further: what was written was a ThreadItem of this build or of a newer one.
  return item as ThreadItem
}

export function loadModelItem(blobs: BlobStore, row: StoredJson): ModelItem {
  const item = loadJson(blobs, row)
  if (!isRecord(item) || typeof item.type !== 'string')
    throw new SkeinError('corrupt', 'a stored model item is not one')
  return item as ModelItem
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

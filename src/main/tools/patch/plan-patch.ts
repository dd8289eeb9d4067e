// Checks a patch against the disk and works out everything it would do. Reads files, writes none.

import { constants } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import type { FileChange } from '../../../protocol/index.ts'
import { messageOf } from '../../lib/errors.ts'
import { replacementsOf } from './match-lines.ts'
import { PatchError, type PatchOperation } from './parse-patch.ts'
import { inOrder, readText, replaced } from './text-file.ts'
import { unifiedDiff } from './unified-diff.ts'

/** One thing to do to one path. `before` is what must still be there then; null: nothing. */
export interface FileStep {
  readonly path: string
  /** The file it is moved from. */
  readonly from?: string
  readonly before: Buffer | null
  /** Null: remove it. */
  readonly after: Buffer | null
}

export interface PatchPlan {
  /** In the order of the patch. */
  readonly steps: readonly FileStep[]
  /** In the order of their paths. */
  readonly changes: readonly FileChange[]
  /** Paths of existing files that are replaced without having been looked at. */
  readonly overwrites: readonly string[]
  /** `A path`, `M path`, `D path`, as the patch writes them. */
  readonly summary: readonly string[]
}

/** Larger files are not patched, in bytes. */
const FILE_BYTES_MAX = 16 * 1024 * 1024

/** Throws PatchError for the first operation that cannot be done. */
export async function planPatch(
  operations: readonly PatchOperation[],
  folder: string,
): Promise<PatchPlan> {
  refuseDoubles(operations, folder)
  const parts: PatchPlan[] = []
  for (const operation of operations) parts.push(await planOperation(operation, folder))
  return {
    steps: parts.flatMap((part) => part.steps),
    changes: parts.flatMap((part) => part.changes).sort((a, b) => (a.path < b.path ? -1 : 1)),
    overwrites: parts.flatMap((part) => part.overwrites),
    summary: parts.flatMap((part) => part.summary),
  }
}

function refuseDoubles(operations: readonly PatchOperation[], folder: string): void {
  const seen = new Set<string>()
  for (const operation of operations)
    for (const named of [operation.path, ...(movePathOf(operation) ?? [])]) {
      const file = path.resolve(folder, named)
      if (seen.has(file)) throw new PatchError(`invalid patch: ${file} is named more than once`)
      seen.add(file)
    }
}

function movePathOf(operation: PatchOperation): readonly string[] | undefined {
  return operation.type === 'update' && operation.movePath !== null
    ? [operation.movePath]
    : undefined
}

function planOperation(operation: PatchOperation, folder: string): Promise<PatchPlan> {
  switch (operation.type) {
    case 'add':
      return planAdd(operation, folder)
    case 'delete':
      return planDelete(operation, folder)
    case 'update':
      return planUpdate(operation, folder)
  }
}

async function planAdd(
  operation: Extract<PatchOperation, { type: 'add' }>,
  folder: string,
): Promise<PatchPlan> {
  const file = path.resolve(folder, operation.path)
  const before = await readIfThere(file, 'failed to add')
  const content = operation.lines.map((line) => `${line}\n`).join('')
  return {
    steps: [{ path: file, before, after: Buffer.from(content) }],
    changes: [{ path: file, kind: { type: 'add' }, diff: content }],
    overwrites: before === null ? [] : [file],
    summary: [`A ${operation.path}`],
  }
}

async function planDelete(
  operation: Extract<PatchOperation, { type: 'delete' }>,
  folder: string,
): Promise<PatchPlan> {
  const file = path.resolve(folder, operation.path)
  const before = await read(file, 'failed to delete')
  return {
    steps: [{ path: file, before, after: null }],
    changes: [{ path: file, kind: { type: 'delete' }, diff: before.toString('utf8') }],
    overwrites: [],
    summary: [`D ${operation.path}`],
  }
}

async function planUpdate(
  operation: Extract<PatchOperation, { type: 'update' }>,
  folder: string,
): Promise<PatchPlan> {
  const file = path.resolve(folder, operation.path)
  const before = await read(file, 'failed to read file to update')
  const text = readText(utf8(before, file))
  const replacements = replacementsOf(text.lines, operation.chunks, file)
  const after = Buffer.from(replaced(text, replacements))
  const change = {
    path: file,
    diff: unifiedDiff(text, inOrder(replacements)),
  }
  if (operation.movePath === null)
    return {
      steps: [{ path: file, before, after }],
      changes: [{ ...change, kind: { type: 'update', move_path: null } }],
      overwrites: [],
      summary: [`M ${operation.path}`],
    }
  const target = path.resolve(folder, operation.movePath)
  const replacedFile = await readIfThere(target, 'failed to move to')
  return {
    steps: [
      { path: target, from: file, before: replacedFile, after },
      { path: file, before, after: null },
    ],
    changes: [{ ...change, kind: { type: 'update', move_path: target } }],
    overwrites: replacedFile === null ? [] : [target],
    summary: [`M ${operation.movePath}`],
  }
}

function utf8(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new PatchError(`failed to read file to update ${file}: it is not UTF-8 text`)
  }
}

async function read(file: string, failure: string): Promise<Buffer> {
  const content = await readIfThere(file, failure)
  if (content === null) throw new PatchError(`${failure} ${file}: there is no such file`)
  return content
}

/** Null when there is nothing. Anything but a regular file of reasonable size is refused. */
async function readIfThere(file: string, failure: string): Promise<Buffer | null> {
  try {
    return await readRegular(file, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new PatchError(`${failure} ${file}: ${messageOf(error)}`)
  }
}

/** Rejects with a plain reason for folders, devices and huge files, else with the system's error. */
export async function readRegular(file: string, flags: number): Promise<Buffer> {
  // A pipe without a writer would keep us waiting.
  const handle = await fs.open(file, constants.O_RDONLY | constants.O_NONBLOCK | flags)
  try {
    const stat = await handle.stat()
    if (stat.isDirectory()) throw new Error('it is a directory')
    if (!stat.isFile()) throw new Error('it is not a regular file')
    if (stat.size > FILE_BYTES_MAX) throw new Error(`it is larger than ${FILE_BYTES_MAX} bytes`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

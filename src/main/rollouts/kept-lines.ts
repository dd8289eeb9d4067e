// The lines of a short thread, kept as they stand. An import writes them down instead of rows, which are made of them
// when the thread is unpacked: most of an import would be writing rows that nobody has asked for yet.
import type { ImportRow } from '../storage/imported-thread.ts'
import { linesOf } from './line-reader.ts'
import { eachLine } from './rollout-line.ts'
import { createThreadBuilder } from './thread-builder.ts'

/** What the rows depend on beside the lines. */
interface Circumstances {
  /** As it is in the file. */
  readonly threadId: string
  readonly historyMode: 'legacy' | 'paginated'
  /** One for each turn that says what it ran with, in their order: they were made under the settings of the import. */
  readonly snapshotIds: readonly (string | null)[]
}

export interface KeptLines extends Circumstances {
  /** The file. */
  readonly bytes: Buffer
}

const NEWLINE = 10

/** To be stored: a line of JSON, then the file. */
export function storedForm({ bytes, ...circumstances }: KeptLines): readonly [string, Buffer] {
  return [`${JSON.stringify(circumstances)}\n`, bytes]
}

/** The same rows as were counted when the file was imported. */
export function rowsOfLines(stored: Buffer): readonly ImportRow[] {
  const end = stored.indexOf(NEWLINE)
  const said = JSON.parse(stored.toString('utf8', 0, end)) as Circumstances
  const builder = createThreadBuilder(said.threadId, said.historyMode === 'legacy')
  const lines = linesOf([stored.subarray(end + 1)])
  // Bad ones were told of by the import.
  eachLine(lines, builder.add, () => undefined)
  const snapshotIds = said.snapshotIds.values()
  return builder.finish(() => snapshotIds.next().value ?? null).rows()
}

// What a turn changed in files, as one unified diff as Git writes it: the first content seen of each file against the
// latest. Paths are those of the turn's folder; a file outside of it is named whole.
import { createHash } from 'node:crypto'
import nodePath from 'node:path'
import { structuredPatch } from 'diff'
import type { FileEdit } from '../../tools/tool.ts'

export interface TurnDiff {
  add(edits: readonly FileEdit[]): void
  /** Empty when everything is as it was. Files too different to compare in time are shown as replaced. */
  unified(): string
}

type Content = string | undefined

interface Changed {
  readonly before: Content
  readonly after: Content
  /** The file it was moved from. */
  readonly from: string | undefined
}

/** Longest time spent on comparing one file. */
const COMPARE_MS_MAX = 200
const CONTEXT_LINES = 3
const NO_BLOB = '0'.repeat(40)

export function createTurnDiff(folder: string): TurnDiff {
  const files = new Map<string, Changed>()
  return {
    add(edits) {
      for (const { path, from, before, after } of edits) {
        const known = files.get(path)
        files.set(path, known ? { ...known, after } : { before, after, from })
      }
    },
    unified() {
      const moves = movesIn(files)
      const gone = new Set(moves.values())
      return [...files]
        .filter(([path]) => !gone.has(path))
        .map(([path, { before, after }]) => {
          const name = shownPath(folder, path)
          const from = moves.get(path)
          if (from === undefined) return { name, text: diffOf(name, before, after) }
          return {
            name,
            text: moved(shownPath(folder, from), name, files.get(from)?.before, after),
          }
        })
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ text }) => text)
        .join('')
    },
  }
}

/** New files to the ones that they were, where these are gone now. */
function movesIn(files: ReadonlyMap<string, Changed>): ReadonlyMap<string, string> {
  const moves = new Map<string, string>()
  for (const [path, { before, after, from }] of files) {
    const source = from === undefined ? undefined : files.get(from)
    const isMove = source?.before !== undefined && source.after === undefined
    if (from !== undefined && isMove && before === undefined && after !== undefined)
      moves.set(path, from)
  }
  return moves
}

function moved(from: string, to: string, before: Content, after: Content): string {
  return [
    `diff --git a/${from} b/${to}`,
    `index ${blobId(before)}..${blobId(after)}`,
    `--- a/${from}`,
    `+++ b/${to}`,
    ...hunksOf(before ?? '', after ?? ''),
    '',
  ].join('\n')
}

function shownPath(folder: string, path: string): string {
  const inside = nodePath.relative(folder, path)
  return inside.startsWith('..') || nodePath.isAbsolute(inside) ? path : inside
}

function diffOf(path: string, before: Content, after: Content): string {
  if (before === after) return ''
  return [
    `diff --git a/${path} b/${path}`,
    ...(before === undefined ? ['new file mode 100644'] : []),
    ...(after === undefined ? ['deleted file mode 100644'] : []),
    `index ${blobId(before)}..${blobId(after)}`,
    ...((before ?? '') === (after ?? '')
      ? [] // an empty file came or went
      : [
          `--- ${before === undefined ? '/dev/null' : `a/${path}`}`,
          `+++ ${after === undefined ? '/dev/null' : `b/${path}`}`,
          ...hunksOf(before ?? '', after ?? ''),
        ]),
    '',
  ].join('\n')
}

/** The name Git gives to this content. */
function blobId(content: Content): string {
  if (content === undefined) return NO_BLOB
  const bytes = Buffer.from(content)
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

function hunksOf(before: string, after: string): readonly string[] {
  const patch = structuredPatch('', '', before, after, '', '', {
    context: CONTEXT_LINES,
    timeout: COMPARE_MS_MAX,
  })
  if (!patch) return replaced(before, after)
  return patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`,
    ...lines,
  ])
}

/** One line needs no count; no line at all stands behind the one before it. */
function range(start: number, lines: number): string {
  if (lines === 0) return `${start - 1},0`
  return lines === 1 ? `${start}` : `${start},${lines}`
}

function replaced(before: string, after: string): readonly string[] {
  const lines = (text: string, mark: string): string[] =>
    text === ''
      ? []
      : text
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => mark + line)
  const removed = lines(before, '-')
  const added = lines(after, '+')
  const from = range(1, removed.length)
  const to = range(1, added.length)
  return [`@@ -${from} +${to} @@`, ...removed, ...added]
}

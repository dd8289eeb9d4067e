// What a turn changed in files, as one unified diff: the first content seen of each file against the latest.
import { createTwoFilesPatch } from 'diff'
import type { FileEdit } from '../../tools/tool.ts'

export interface TurnDiff {
  add(edits: readonly FileEdit[]): void
  /** Empty when everything is as it was. Files too different to compare in time are shown as replaced. */
  unified(): string
}

/** Longest time spent on comparing one file. */
const COMPARE_MS_MAX = 200

export function createTurnDiff(): TurnDiff {
  const files = new Map<string, { before: string | undefined; after: string | undefined }>()
  return {
    add(edits) {
      for (const { path, before, after } of edits) {
        const known = files.get(path)
        files.set(path, { before: known ? known.before : before, after })
      }
    },
    unified: () =>
      [...files].map(([path, { before, after }]) => diffOf(path, before, after)).join(''),
  }
}

function diffOf(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return ''
  const from = before === undefined ? '/dev/null' : `a${path}`
  const to = after === undefined ? '/dev/null' : `b${path}`
  const patch = createTwoFilesPatch(from, to, before ?? '', after ?? '', undefined, undefined, {
    timeout: COMPARE_MS_MAX,
  })
  const body = patch ? patch.replace(/^=+\n/, '') : replaced(from, to, before ?? '', after ?? '')
  return `diff --git a${path} b${path}\n${body}`
}

function replaced(from: string, to: string, before: string, after: string): string {
  const lines = (text: string, mark: string): string[] =>
    text === ''
      ? []
      : text
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => mark + line)
  const removed = lines(before, '-')
  const added = lines(after, '+')
  const header = `@@ -${removed.length ? 1 : 0},${removed.length} +${added.length ? 1 : 0},${added.length} @@`
  return `${[`--- ${from}`, `+++ ${to}`, header, ...removed, ...added].join('\n')}\n`
}

// What an import says at its end.
import type { ImportReport } from '../../protocol/index.ts'

/** Entries of each list; more would be no report. */
const TOLD_MAX = 1_000

/** Counts are added to directly; the lists through what keeps them short. */
export interface Reporter {
  readonly counts: { threads: number; items: number; alreadyPresent: number }
  skip(path: string, reason: string): void
  fail(path: string, reason: string, line?: number): void
  report(isCancelled: boolean): ImportReport
}

export function createReporter(): Reporter {
  const counts = { threads: 0, items: 0, alreadyPresent: 0 }
  const skipped: ImportReport['skipped'] = []
  const failed: ImportReport['failed'] = []
  return {
    counts,
    skip(path, reason) {
      if (skipped.length < TOLD_MAX) skipped.push({ path, reason })
    },
    fail(path, reason, line) {
      if (failed.length < TOLD_MAX)
        failed.push(line === undefined ? { path, reason } : { path, line, reason })
    },
    report: (cancelled) => ({ ...counts, skipped, failed, cancelled }),
  }
}

/** Of readers that shared the work. */
export function joinReports(reports: readonly ImportReport[]): ImportReport {
  const sum = (of: (report: ImportReport) => number): number =>
    reports.reduce((all, report) => all + of(report), 0)
  return {
    threads: sum(({ threads }) => threads),
    items: sum(({ items }) => items),
    alreadyPresent: sum(({ alreadyPresent }) => alreadyPresent),
    skipped: reports.flatMap(({ skipped }) => skipped).slice(0, TOLD_MAX),
    failed: reports.flatMap(({ failed }) => failed).slice(0, TOLD_MAX),
    cancelled: reports.some(({ cancelled }) => cancelled),
  }
}

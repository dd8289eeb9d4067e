import Sqlite from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { makeTestHome } from '../../../test/open-test-store.ts'
import { createApprovalRepository } from './approval-repository.ts'
import { createAttachmentChanges, createAttachmentRepository } from './attachment-repository.ts'
import { createBlobStore } from './blobs.ts'
import { createDamageLog } from './damage.ts'
import { createEventLog } from './event-log.ts'
import { createMarkChanges } from './mark-repository.ts'
import { migrate } from './migrate.ts'
import { createOpenTurnReader } from './open-turns.ts'
import { createOutputRepository } from './output-repository.ts'
import { createPartials } from './partials.ts'
import { createSectionRepository } from './section-repository.ts'
import { createStoryRepository } from './story-repository.ts'
import { threadQuery } from './test-support/events.ts'
import { createThreadRepository } from './thread-repository.ts'
import { createTurnRepository } from './turn-repository.ts'

interface Plan {
  readonly sql: string
  readonly steps: readonly string[]
}

const anyThreads = threadQuery({ sources: ['cli', 'vscode', 'appServer'] })

/** Every statement that `work` prepares, as SQLite plans to run it. */
async function plansOf(work: (db: Sqlite.Database, home: string) => void): Promise<Plan[]> {
  const home = await makeTestHome()
  const db = new Sqlite(':memory:')
  open.push(db)
  migrate(db, { home, appVersion: '0', nowMs: 0 })
  const texts = new Set<string>()
  const prepare = db.prepare.bind(db)
  db.prepare = ((sql: string) => {
    texts.add(sql)
    return prepare(sql)
  }) as typeof db.prepare
  work(db, home)
  return [...texts].map((sql) => {
    const steps = prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    const parameters = sql.includes('@')
      ? [
          {
            count: 0,
            thread: 0,
            turnCount: 0,
            total: 0,
            usage: null,
            pk: 0,
            id: '',
            turn: 0,
            turnPk: 0,
            turnId: '',
            section: 0,
            place: 0,
            position: 0,
            atMs: 0,
            from: 0,
            to: 0,
          },
        ]
      : []
    const marks = Array.from(sql.matchAll(/\?/g), () => null)
    return { sql, steps: steps.all(...parameters, ...marks).map((step) => step.detail) }
  })
}

const open: Sqlite.Database[] = []
afterEach(() => {
  for (const db of open.splice(0)) db.close()
})

/** Whole tables and sorts. Small by nature: what is open or in files, and lists that the caller passed. */
const cheapScan = /^SCAN (json_each|\w+ USING (COVERING )?INDEX (turn_open|item_open|blob_file)$)/

/** A walk through a whole thread or turn. */
const walk = /^SEARCH item USING (PRIMARY KEY \(thread_pk=\?\)|INDEX item_turn \(turn_pk=\?\))$/
/** What is asked for by name, or because it is open, must be found and not searched for. */
const findsFew = /\bid (=|IN)|item\.status|status = 'in_progress'/

function isCostly({ sql, steps }: Plan): boolean {
  return steps.some(
    (step) =>
      (step.startsWith('SCAN ') && !cheapScan.test(step)) ||
      step.includes('TEMP B-TREE') ||
      (walk.test(step) && findsFew.test(sql.replaceAll('turn.id', ''))),
  )
}

describe('query plans', () => {
  it('page through threads along an index, whatever the order and the filter', async () => {
    const plans = await plansOf((db, home) => {
      const threads = createThreadRepository(db, createBlobStore(db, home), createDamageLog())
      const inOrder = ['created_at', 'updated_at', 'recency_at', 'title', 'manual'] as const
      for (const sortKey of inOrder)
        for (const sortDirection of ['asc', 'desc'] as const)
          for (const archived of [true, false])
            threads.threadPage({ ...anyThreads, sortKey, sortDirection, archived })
      const cursor = threads.threadPage({ ...anyThreads, sortKey: 'title' }).nextCursor ?? undefined
      threads.threadPage({ ...anyThreads, sortKey: 'title', cursor })
    })
    const pages = plans.filter(({ sql }) => sql.includes('INDEXED BY'))
    expect(pages).toHaveLength(20)
    for (const { sql, steps } of pages) {
      const index = /INDEXED BY (\w+)/.exec(sql)?.[1]
      expect(steps[0]).toBe(`SCAN thread USING INDEX ${index}`)
      expect(steps.join()).not.toContain('TEMP B-TREE')
    }
  })

  it('find the threads of a section in its order, from any place on', async () => {
    const plans = await plansOf((db, home) => {
      db.exec(`INSERT INTO section VALUES (1, 's', 'S', NULL, 0);
        INSERT INTO config_snapshot VALUES ('s', '{}', 0);
        INSERT INTO thread(id, origin, preview, cwd, source, cli_version, history_mode, model_provider, config_hash,
          created_ms, updated_ms, recency_ms, section_pk) VALUES
          ('a', 'native', 'a', '', 'cli', '', 'legacy', '', 's', 0, 0, 0, 1),
          ('b', 'native', 'b', '', 'cli', '', 'legacy', '', 's', 0, 0, 0, 1)`)
      const threads = createThreadRepository(db, createBlobStore(db, home), createDamageLog())
      const query = { ...anyThreads, sectionId: 's', sortDirection: 'asc', limit: 1 } as const
      const page = threads.threadPage({ ...query, sortKey: 'section_position' })
      const next = page.nextCursor ?? undefined
      threads.threadPage({ ...query, sortKey: 'section_position', cursor: next })
      threads.threadPage({ ...query, sortKey: 'title' })
    })
    const pages = plans.filter(({ sql }) => sql.includes('INDEXED BY thread_section'))
    expect(pages.map(({ steps }) => steps[0])).toEqual([
      'SEARCH thread USING INDEX thread_section (section_pk=?)',
      expect.stringMatching(/^SEARCH thread USING INDEX thread_section \(section_pk=\? AND /),
    ])
    expect(pages.flatMap(({ steps }) => steps).join()).not.toContain('TEMP B-TREE')
  })

  it('neither scan tables nor sort for anything else', async () => {
    const plans = await plansOf((db, home) => {
      const blobs = createBlobStore(db, home)
      const damage = createDamageLog()
      createEventLog(db, blobs, damage)
      createPartials(db)
      createOpenTurnReader(db, blobs, damage)
      createOutputRepository(db, blobs, damage)
      createThreadRepository(db, blobs, damage)
      createStoryRepository(db, blobs, damage)
      createSectionRepository(db)
      createAttachmentRepository(db)
      createMarkChanges(db)
      createAttachmentChanges(db)
      const turns = createTurnRepository(db, blobs, damage)
      const approvals = createApprovalRepository(db, blobs, damage)
      db.exec(`INSERT INTO config_snapshot VALUES ('s', '{}', 0);
        INSERT INTO thread(pk, id, origin, cwd, source, cli_version, history_mode, model_provider, config_hash,
          created_ms, updated_ms, recency_ms) VALUES (1, 't', 'native', '', '', '', 'legacy', '', 's', 0, 0, 0);
        INSERT INTO turn(pk, thread_pk, id, ord, number, status) VALUES (1, 1, 'u', 0, 1, 'in_progress')`)
      for (const sortDirection of ['asc', 'desc'] as const) {
        const page = { threadId: 't', cursor: undefined, limit: 10, sortDirection }
        turns.turnsPage({ ...page, itemsView: 'summary' })
        turns.newestItem('t')
        turns.itemsPage({ ...page, turnId: undefined, deferOutput: true })
        turns.itemsPage({ ...page, turnId: 'u', deferOutput: true })
      }
      for (const threadId of [undefined, 't'])
        approvals.approvals({ threadId, state: 'pending', cursor: undefined, limit: 10 })
    })
    expect(plans.length).toBeGreaterThan(30)
    expect(plans.filter(isCostly)).toEqual([])
  })
})

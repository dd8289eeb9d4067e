import { describe, expect, it } from 'vitest'
import { listThreads } from '../../../test/list-threads.ts'
import { makeTestHome, openTestStore } from '../../../test/open-test-store.ts'
import type { Store } from './store.ts'
import { threadCreated, threadQuery, turnStarted, wholeTurn } from './test-support/events.ts'
import type { ThreadEvent } from './thread-event.ts'

async function storeWith(...threadIds: readonly string[]): Promise<Store> {
  const store = await openTestStore()
  await fill(store, threadIds)
  return store
}

async function fill(store: Store, threadIds: readonly string[]): Promise<void> {
  for (const [index, id] of threadIds.entries())
    await store.journal.commit(id, 0, 1000 + index, [threadCreated(), ...wholeTurn(`${id}-1`, id)])
}

async function ids(
  store: Store,
  query: Parameters<typeof threadQuery>[0] = {},
): Promise<readonly string[]> {
  const found: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listThreads(
      store,
      threadQuery({ sources: ['vscode'], limit: 2, ...query, cursor }),
    )
    found.push(...page.data.map(({ id }) => id))
    if (page.nextCursor === null) return found
    cursor = page.nextCursor
  }
}

const section = (id: string) => ({ id, name: id, appearance: null })
const move = (threadId: string, sectionId: string | null, beforeThreadId?: string) => ({
  threadId,
  sectionId,
  beforeThreadId,
  atMs: 5000,
})

describe('sections', () => {
  it('keep the order that threads were put in, however often they are moved', async () => {
    const store = await storeWith('a', 'b', 'c', 'd')
    await store.createSection(section('s'))
    for (const id of ['a', 'b', 'c']) await store.moveThread(move(id, 's'))
    // Each goes right before another: the room between two is used up again and again.
    for (let round = 0; round < 40; round += 1)
      for (const id of ['b', 'a']) await store.moveThread(move(id, 's', 'c'))
    const query = { sectionId: 's', sortKey: 'section_position', sortDirection: 'asc' } as const
    expect(await ids(store, query)).toEqual(['b', 'a', 'c'])
    expect(await ids(store, { ...query, sortDirection: 'desc' })).toEqual(['c', 'a', 'b'])
    expect(await ids(store, { sectionId: null })).toEqual(['d'])
    const found = await store.findThread('a')
    expect([found?.section, found?.sectionEnteredMs]).toEqual([section('s'), 5000])
  })

  it('are left by their threads when they are deleted, and refuse what is not there', async () => {
    const store = await storeWith('a', 'b')
    await store.createSection(section('s'))
    await store.moveThread(move('a', 's'))
    await expect(store.moveThread(move('a', 'none'))).rejects.toMatchObject({ code: 'notFound' })
    await expect(store.moveThread(move('a', 's', 'b'))).rejects.toThrow(
      'before thread b is not in section s',
    )
    await expect(store.moveThread(move('a', 's', 'a'))).rejects.toThrow('before itself')
    await store.deleteSection('s')
    expect(await store.findThread('a')).toMatchObject({ section: null, sectionEnteredMs: null })
    await expect(store.deleteSection('s')).rejects.toMatchObject({ code: 'notFound' })
  })

  it('change places among each other, and are read page by page', async () => {
    const store = await openTestStore()
    for (const id of ['one', 'two', 'three']) await store.createSection(section(id))
    await store.moveSection({ id: 'three', beforeId: 'one' })
    await store.moveSection({ id: 'one', beforeId: undefined })
    const first = await store.sectionsPage({ cursor: undefined, limit: 2 })
    expect(first.data.map(({ id }) => id)).toEqual(['three', 'two'])
    const next = await store.sectionsPage({ cursor: first.nextCursor ?? '', limit: 2 })
    expect([next.data.map(({ id }) => id), next.nextCursor]).toEqual([['one'], null])
  })
})

describe('lists of threads', () => {
  it('come by title without regard to case, and in the order of a person with new ones on top', async () => {
    const store = await storeWith('beta', 'Alpha', 'gamma')
    const upwards = { sortDirection: 'asc' } as const
    expect(await ids(store, { ...upwards, sortKey: 'title' })).toEqual(['Alpha', 'beta', 'gamma'])
    expect(await ids(store, { ...upwards, sortKey: 'manual' })).toEqual(['gamma', 'Alpha', 'beta'])
    await store.moveThread(move('beta', null, 'gamma'))
    await fill(store, ['newest'])
    expect(await ids(store, { ...upwards, sortKey: 'manual' })).toEqual([
      'newest',
      'beta',
      'gamma',
      'Alpha',
    ])
  })

  it('are narrowed by what the rows know', async () => {
    const store = await storeWith('a', 'b', 'c')
    const diff: ThreadEvent = {
      type: 'diffUpdated',
      turnId: 'b-2',
      diff: 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-old\n+new\n+more\n',
    }
    const seq = (await store.findThread('b'))?.lastSeq ?? 0
    await store.journal.commit('b', seq, 9000, [turnStarted('b-2'), diff, diff])
    await store.markThreads({ threadIds: ['a'], pinned: true, snoozedUntilMs: Date.now() + 60_000 })
    await store.changeReadState({
      threadId: 'c',
      operation: 'read',
      fromTurnId: undefined,
      expectedRevision: '1',
    })
    const filtered = (filter: Parameters<typeof ids>[1] & object) => ids(store, filter)
    expect(await filtered({ filter: { hasChanges: true } })).toEqual(['b'])
    expect((await store.findThread('b'))?.files).toEqual({ added: 2, removed: 1 })
    expect(await filtered({ filter: { pinned: true } })).toEqual(['a'])
    expect(await filtered({ filter: { snoozed: false } })).toEqual(['c', 'b'])
    expect(await filtered({ filter: { hasGoal: true } })).toEqual([])
    expect(await filtered({ filter: { afterMs: 9000 } })).toEqual(['b'])
    expect(await filtered({ filter: { beforeMs: 1002 } })).toEqual(['a'])
    expect(await filtered({ filter: { models: ['other'] } })).toEqual([])
    expect(await filtered({ filter: { origins: ['native'] } })).toEqual(['c', 'b', 'a'])
    const unread = { ids: [], otherThan: null, unread: true }
    expect(await filtered({ filter: { anyOf: unread } })).toEqual(['b', 'a'])
    expect(await filtered({ filter: { anyOf: { ...unread, ids: ['c'] } } })).toEqual([
      'c',
      'b',
      'a',
    ])
    const others = { ids: [], otherThan: ['a', 'b'], unread: false }
    expect(await filtered({ filter: { anyOf: others } })).toEqual(['c'])
  })
})

describe('read states', () => {
  it('follow turns that end, are taken out and are marked, and refuse an old revision', async () => {
    const store = await storeWith('a')
    const change = (operation: 'read' | 'unread', expectedRevision: string, fromTurnId?: string) =>
      store.changeReadState({ threadId: 'a', operation, fromTurnId, expectedRevision })
    expect((await store.findThread('a'))?.readState).toEqual({
      firstUnread: { type: 'turn', turnId: 'a-1' },
      revision: '1',
    })
    expect(await change('read', '1')).toEqual({ firstUnread: null, revision: '2' })
    await expect(change('read', '1')).rejects.toMatchObject({
      code: 'conflict',
      detail: { reason: 'readStateConflict', readState: { firstUnread: null, revision: '2' } },
    })
    const seq = (await store.findThread('a'))?.lastSeq ?? 0
    await store.journal.commit('a', seq, 2000, [...wholeTurn('a-2'), ...wholeTurn('a-3')])
    expect(await store.findThread('a')).toMatchObject({
      unread: 2,
      readState: { firstUnread: { type: 'turn', turnId: 'a-2' }, revision: '4' },
    })
    expect((await change('unread', '4', 'a-3')).firstUnread).toEqual({
      type: 'turn',
      turnId: 'a-3',
    })
    await expect(change('unread', '5', 'none')).rejects.toMatchObject({ code: 'notFound' })
    const before = (await store.findThread('a'))?.lastSeq ?? 0
    const reverted: ThreadEvent = {
      type: 'threadReverted',
      beforeTurnId: 'a-3',
      turnCount: 2,
      tokenUsage: null,
      failed: false,
    }
    await store.journal.commit('a', before, 3000, [reverted])
    expect(await store.findThread('a')).toMatchObject({
      unread: 0,
      readState: { firstUnread: null, revision: '6' },
    })
    expect((await change('unread', '6')).firstUnread).toEqual({ type: 'threadStart' })
    expect((await store.findThread('a'))?.unread).toBe(2)
  })
})

describe('projects, attachments and drafts', () => {
  it('are there again after a restart', async () => {
    const home = await makeTestHome()
    const before = await openTestStore({ home })
    await fill(before, ['a'])
    const project = { id: 'p', name: 'P', roots: [{ path: '/srv' }], metadata: { k: 'v' } }
    await before.createProject({ ...project, idempotencyKey: 'key', atMs: 7000 })
    await before.assignProject({ threadId: 'a', projectId: 'p' })
    const attachment = { threadId: 'a', attachmentType: 't', identityKey: 'i' }
    await before.addAttachment({ ...attachment, id: 'x', payload: { n: 1 }, atMs: 7000 })
    const draft = { threadId: 'a', draft: { text: 'half' }, expectedRev: 0, atMs: 7000 }
    await before.writeDraft(draft)
    await before.writeDraft({ ...draft, threadId: null })
    await before.close()

    const store = await openTestStore({ home })
    const kept = { ...project, position: 0, createdAt: 7, updatedAt: 7, recencyAt: 1 }
    expect(await store.findProject('p')).toEqual(kept)
    expect(await ids(store, { projectId: 'p' })).toEqual(['a'])
    const again = await store.createProject({
      ...project,
      id: 'q',
      idempotencyKey: 'key',
      atMs: 8000,
    })
    expect(again).toEqual({ project: kept, isNew: false })
    const page = await store.attachmentsPage({ threadId: 'a', cursor: undefined, limit: 5 })
    expect(page.data).toEqual([
      { id: 'x', attachmentType: 't', identityKey: 'i', payload: { n: 1 }, createdAt: 7 },
    ])
    expect(await store.removeAttachment(attachment)).toBe('x')
    expect(await store.removeAttachment(attachment)).toBeNull()
    for (const threadId of ['a', null]) {
      expect(await store.readDraft(threadId)).toEqual({ draft: { text: 'half' }, rev: 1 })
      await expect(store.writeDraft({ ...draft, threadId })).rejects.toMatchObject({
        detail: { skein_error_code: 'draft_changed', draft: { text: 'half' }, rev: 1 },
      })
    }
    await store.deleteProject('p')
    expect((await store.findThread('a'))?.projectId).toBeNull()
  })

  it('have an order that a person makes, or that of the latest thread with empty ones last', async () => {
    const store = await storeWith('a', 'b')
    for (const id of ['p', 'q', 'r'])
      await store.createProject({
        id,
        name: id,
        roots: [],
        metadata: {},
        idempotencyKey: id,
        atMs: 1,
      })
    await store.assignProject({ threadId: 'a', projectId: 'r' })
    await store.assignProject({ threadId: 'b', projectId: 'q' })
    const order = async (sortKey: 'position' | 'recencyAt') => {
      const sortDirection = sortKey === 'position' ? 'asc' : 'desc'
      const query = { sortKey, sortDirection, limit: 2 } as const
      const first = await store.projectsPage({ ...query, cursor: undefined })
      const next = await store.projectsPage({ ...query, cursor: first.nextCursor ?? '' })
      return [...first.data, ...next.data].map(({ id }) => id)
    }
    await store.moveProject({ id: 'r', beforeId: 'p' })
    expect(await order('position')).toEqual(['r', 'p', 'q'])
    expect(await order('recencyAt')).toEqual(['q', 'r', 'p'])
  })

  it('marks all of the threads it is told, or none', async () => {
    const store = await storeWith('a')
    const marked = store.markThreads({ threadIds: ['a', 'none'], pinned: true })
    await expect(marked).rejects.toMatchObject({ code: 'notFound' })
    expect((await store.findThread('a'))?.pinned).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import type { FileChange, Notification, ThreadItem, TurnError } from '../../protocol/index.ts'
import {
  aCommand,
  anAgentMessage,
  aReasoning,
  aRunningTurn,
  aStartResult,
  aThread,
  aTurn,
  aUserMessage,
  someTokens,
} from '../test-support/thread-builders.ts'
import { OUTPUT_CHARS_KEPT, OUTPUT_CHARS_MAX } from './apply-delta.ts'
import { applyBatch, applyNotification, positionOf } from './apply-notification.ts'
import { itemView, startedState, turnView } from './read-thread.ts'
import { emptyThreadState, type ItemView, type ThreadState } from './thread-state.ts'

const threadId = 'thread-1'
const ofTurn = { threadId, turnId: 'turn-1' }

const ready = startedState(emptyThreadState(threadId), aStartResult())

function applied(state: ThreadState, ...notifications: Notification[]): ThreadState {
  return notifications.reduce(applyNotification, state)
}

const turnStarted: Notification = {
  method: 'turn/started',
  params: { threadId, turn: aRunningTurn() },
  emittedAtMs: 1_000_250,
}
const running = applied(ready, turnStarted)

function itemStarted(item: ThreadItem): Notification {
  return { method: 'item/started', params: { ...ofTurn, item, startedAtMs: 5 } }
}

function itemCompleted(item: ThreadItem): Notification {
  return { method: 'item/completed', params: { ...ofTurn, item, completedAtMs: 9 } }
}

function messageDelta(delta: string, itemId = 'message-1'): Notification {
  return { method: 'item/agentMessage/delta', params: { ...ofTurn, itemId, delta } }
}

function outputDelta(delta: string): Notification {
  const itemId = 'command-1'
  return { method: 'item/commandExecution/outputDelta', params: { ...ofTurn, itemId, delta } }
}

function completed(status: 'completed' | 'interrupted' | 'failed', error: TurnError | null = null) {
  const turn = aTurn({ status, error, itemsView: 'notLoaded' })
  return { method: 'turn/completed', params: { threadId, turn } } satisfies Notification
}

function items(state: ThreadState): readonly ItemView[] {
  return state.turns.at(-1)?.items ?? []
}

const brokenStream: TurnError = {
  message: 'Reconnecting... 2/5',
  codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: null } },
  additionalDetails: null,
}

describe('the number of an event', () => {
  const at7: ThreadState = { ...ready, lastSeq: 7, snapshotSeq: 5 }

  it.each([
    ['none at all', undefined, 'next'],
    ['the next one', 8, 'next'],
    ['that of the last one, which may give two notifications', 7, 'next'],
    ['an older one', 6, 'known'],
    ['one the thread was read with', 5, 'known'],
    ['one too high', 9, 'gap'],
  ])('%s', (_name, seq, position) => {
    expect(positionOf(at7, seq)).toBe(position)
  })

  it('moves with what is applied, also when nothing else changes', () => {
    const unknown: Notification = {
      method: 'warning',
      params: { threadId, message: 'careful' },
      seq: 8,
    }
    expect(applyNotification(at7, unknown)).toEqual({ ...at7, lastSeq: 8 })
  })
})

describe('a batch', () => {
  it('is applied in order', () => {
    const { state, mustRead } = applyBatch(running, [
      itemStarted(anAgentMessage()),
      messageDelta('one '),
      messageDelta('two'),
    ])
    expect(mustRead).toBe(false)
    expect(items(state).map((view) => view.item)).toEqual([
      anAgentMessage({ text: 'one two', startedAtMs: 5 }),
    ])
  })

  it('stops where an event is missing, and asks to read again', () => {
    const renamed = (seq: number, threadName: string): Notification => ({
      method: 'thread/name/updated',
      params: { threadId, threadName },
      seq,
    })
    const { state, mustRead } = applyBatch(ready, [
      renamed(1, 'first'),
      renamed(3, 'third'),
      renamed(4, 'fourth'),
    ])
    expect(mustRead).toBe(true)
    expect(state.thread?.name).toBe('first')
    expect(state.lastSeq).toBe(1)
  })

  it('asks to read again when the app says so', () => {
    const resync: Notification = { method: 'skein/resync', params: { threadId: null } }
    expect(applyBatch(ready, [resync])).toEqual({ state: ready, mustRead: true })
  })
})

describe('a turn', () => {
  it('starts by the clock of the envelope', () => {
    expect(running.turns).toEqual([
      {
        ...turnView(aRunningTurn()),
        startedAtMs: 1_000_250,
        tokensBefore: someTokens(0),
      },
    ])
  })

  it('has the place in the thread that the app gave it', () => {
    const skein = { snapshotId: null, number: 41, trigger: 'user' as const, onlyThisTurn: [] }
    const params = { threadId: 'thread-1', turn: aRunningTurn({ skein }) }
    const state = applied(ready, { method: 'turn/started', params })
    expect(state.turns.map((turn) => turn.number)).toEqual([41])
  })

  it('is not started twice', () => {
    expect(applied(running, turnStarted)).toBe(running)
  })

  it('ends with its status and times, and keeps its items', () => {
    const state = applied(
      running,
      itemCompleted(anAgentMessage({ text: 'done' })),
      completed('completed'),
    )
    const turn = state.turns[0]
    expect(turn?.status).toBe('completed')
    expect(turn?.durationMs).toBe(2_000)
    expect(turn?.completedAtMs).toBe(1_002_000)
    expect(turn?.items).toEqual([
      itemView(anAgentMessage({ text: 'done', completedAtMs: 9 }), false),
    ])
  })

  it('that is cut closes its open items as interrupted', () => {
    const state = applied(
      running,
      itemStarted(aCommand()),
      outputDelta('1 passed'),
      completed('interrupted'),
    )
    expect(items(state)).toEqual([
      itemView(aCommand({ startedAtMs: 5, aggregatedOutput: '1 passed' }), false, true),
    ])
  })

  it('that fails carries its error', () => {
    const error: TurnError = {
      message: 'no such model',
      codexErrorInfo: 'modelNotFound',
      additionalDetails: null,
    }
    const state = applied(running, completed('failed', error))
    expect(state.turns[0]?.error).toEqual(error)
    expect(state.turns[0]?.status).toBe('failed')
  })

  it('forgets the inputs that waited for it', () => {
    const steer = { clientId: 'client-1', turnId: 'turn-1', input: [] }
    const state = applied({ ...running, steers: [steer] }, completed('completed'))
    expect(state.steers).toEqual([])
  })

  it('keeps the latest plan and the latest diff', () => {
    const plan = (step: string): Notification => ({
      method: 'turn/plan/updated',
      params: { ...ofTurn, explanation: null, plan: [{ step, status: 'pending' }] },
    })
    const diff = (text: string): Notification => ({
      method: 'turn/diff/updated',
      params: { ...ofTurn, diff: text },
    })
    const state = applied(running, plan('read'), diff('-a'), plan('write'), diff('-a\n+b'))
    expect(state.turns[0]?.plan).toEqual({
      explanation: null,
      steps: [{ step: 'write', status: 'pending' }],
    })
    expect(state.turns[0]?.diff).toBe('-a\n+b')
  })

  it('counts the tokens since it started', () => {
    const usage = (total: number): Notification => ({
      method: 'thread/tokenUsage/updated',
      params: {
        ...ofTurn,
        tokenUsage: { total: someTokens(total), last: someTokens(40), modelContextWindow: 1_000 },
      },
    })
    const before = { total: someTokens(100), last: someTokens(100), modelContextWindow: null }
    const state = applied({ ...ready, tokenUsage: before }, turnStarted, usage(140), usage(180))
    expect(state.turns[0]?.tokens).toEqual(someTokens(80))
    expect(state.tokenUsage?.total).toEqual(someTokens(180))
  })

  it('does not guess its tokens when it was not seen from its start', () => {
    const read: ThreadState = { ...ready, turns: [turnView(aTurn())] }
    const state = applied(read, {
      method: 'thread/tokenUsage/updated',
      params: {
        ...ofTurn,
        tokenUsage: { total: someTokens(180), last: someTokens(40), modelContextWindow: null },
      },
    })
    expect(state.turns[0]?.tokens).toBeNull()
  })
})

describe('an item', () => {
  it('is open from its start to its end', () => {
    const started = applied(running, itemStarted(aCommand()))
    expect(items(started).map((view) => view.isOpen)).toEqual([true])
    const ended = applied(started, itemCompleted(aCommand({ status: 'completed', exitCode: 0 })))
    expect(items(ended)).toEqual([
      itemView(
        aCommand({ status: 'completed', exitCode: 0, startedAtMs: 5, completedAtMs: 9 }),
        false,
      ),
    ])
  })

  it('that completes without a start is placed at the end', () => {
    const state = applied(
      running,
      itemCompleted(aUserMessage()),
      itemCompleted(anAgentMessage({ text: 'hello' })),
    )
    expect(items(state).map((view) => view.item.id)).toEqual(['user-1', 'message-1'])
  })

  it('takes the completed text in place of the streamed one', () => {
    const state = applied(
      running,
      itemStarted(anAgentMessage()),
      messageDelta('hal'),
      itemCompleted(anAgentMessage({ text: 'hello' })),
      messageDelta(' too late'),
    )
    expect(items(state).map((view) => view.item)).toEqual([
      anAgentMessage({ text: 'hello', startedAtMs: 5, completedAtMs: 9 }),
    ])
  })

  it('leaves the others the same objects when it grows', () => {
    const before = applied(
      running,
      itemCompleted(aUserMessage()),
      itemStarted(aCommand()),
      itemStarted(anAgentMessage()),
    )
    const grown = applied(before, messageDelta('x'))
    expect(items(grown)[0]).toBe(items(before)[0])
    expect(items(grown)[1]).toBe(items(before)[1])
    expect(items(grown)[2]).not.toBe(items(before)[2])
  })

  it('ignores pieces of items and turns that are unknown', () => {
    expect(applied(running, messageDelta('x', 'nobody'))).toBe(running)
    expect(
      applied(running, {
        method: 'item/agentMessage/delta',
        params: { threadId, turnId: 'turn-9', itemId: 'message-1', delta: 'x' },
      }),
    ).toBe(running)
  })

  it('ignores a piece of another type than its own', () => {
    const state = applied(running, itemStarted(aCommand()))
    expect(applied(state, messageDelta('x', 'command-1'))).toBe(state)
  })

  it('of reasoning grows by parts', () => {
    const ofItem = { ...ofTurn, itemId: 'reasoning-1' }
    const state = applied(
      running,
      itemStarted(aReasoning()),
      { method: 'item/reasoning/summaryPartAdded', params: { ...ofItem, summaryIndex: 0 } },
      {
        method: 'item/reasoning/summaryTextDelta',
        params: { ...ofItem, delta: 'look', summaryIndex: 0 },
      },
      {
        method: 'item/reasoning/summaryTextDelta',
        params: { ...ofItem, delta: 'think', summaryIndex: 1 },
      },
      { method: 'item/reasoning/textDelta', params: { ...ofItem, delta: 'raw', contentIndex: 0 } },
    )
    expect(items(state)[0]?.item).toEqual(
      aReasoning({ summary: ['look', 'think'], content: ['raw'], startedAtMs: 5 }),
    )
  })

  it('of file changes shows the patch as it is written', () => {
    const change = { path: '/a', kind: { type: 'add' as const }, diff: 'new\n' }
    const state = applied(
      running,
      itemStarted({ type: 'fileChange', id: 'change-1', changes: [], status: 'inProgress' }),
      {
        method: 'item/fileChange/patchUpdated',
        params: { ...ofTurn, itemId: 'change-1', changes: [change] },
      },
    )
    expect(items(state)[0]?.item).toEqual({
      type: 'fileChange',
      id: 'change-1',
      changes: [change],
      status: 'inProgress',
      startedAtMs: 5,
    })
  })

  it('of file changes shows a patch before its item begins', () => {
    const written = (changes: FileChange[], itemId = 'change-1'): Notification => ({
      method: 'item/fileChange/patchUpdated',
      params: { ...ofTurn, itemId, changes },
    })
    const change = (path: string) => ({ path, kind: { type: 'add' as const }, diff: 'new\n' })
    const draft = applied(running, written([change('a')]), written([change('a'), change('b')]))
    expect(items(draft)).toMatchObject([
      { item: { changes: [{ path: 'a' }, { path: 'b' }] }, isOpen: true, isDraft: true },
    ])
    const item: ThreadItem = {
      type: 'fileChange',
      id: 'change-1',
      changes: [change('/w/a')],
      status: 'inProgress',
    }
    const begun = applied(draft, itemStarted(item))
    expect(items(begun)).toHaveLength(1)
    expect(items(begun)[0]).toMatchObject({ item, isOpen: true })
    expect(items(begun)[0]).not.toHaveProperty('isDraft')

    expect(items(applied(draft, written([])))).toEqual([])
    expect(items(applied(draft, completed('interrupted')))).toEqual([])
    const retried = applied(draft, {
      method: 'error',
      params: { ...ofTurn, error: brokenStream, willRetry: true },
    })
    expect(items(retried)).toEqual([])
    expect(items(applied(running, completed('completed'), written([change('a')])))).toEqual([])
  })

  it('keeps what a review said of a command, also when the command has ended', () => {
    const review = {
      status: 'denied',
      riskLevel: 'high',
      userAuthorization: null,
      rationale: 'deletes',
    } as const
    const about = { ...ofTurn, reviewId: 'r', decisionSource: 'agent', action: { type: 'command' } }
    const reviewed = applied(running, itemStarted(aCommand()), {
      method: 'item/autoApprovalReview/completed',
      params: { ...about, targetItemId: aCommand().id, review },
    })
    expect(items(reviewed)[0]?.review).toEqual(review)
    const ended = applied(reviewed, itemCompleted(aCommand({ status: 'declined' })))
    expect(items(ended)[0]).toMatchObject({ item: { status: 'declined' }, review })
  })

  it('holds the head and the tail of an output without end', () => {
    const piece = 'x'.repeat(OUTPUT_CHARS_MAX / 2)
    const state = applied(
      running,
      itemStarted(aCommand()),
      outputDelta(`head${piece}`),
      outputDelta(piece),
      outputDelta('tail'),
    )
    const view = items(state)[0]
    const output = view?.item.type === 'commandExecution' ? view.item.aggregatedOutput : ''
    expect(output?.length).toBe(2 * OUTPUT_CHARS_KEPT + 4)
    expect(output?.startsWith('head')).toBe(true)
    expect(output?.endsWith('tail')).toBe(true)
    expect(view?.outputCut).toEqual({
      at: OUTPUT_CHARS_KEPT,
      omittedChars: OUTPUT_CHARS_MAX + 8 - (2 * OUTPUT_CHARS_KEPT + 4),
    })
  })

  it('that was steered in is no longer waited for', () => {
    const steer = { clientId: 'client-1', turnId: 'turn-1', input: [] }
    const other = { ...steer, clientId: 'client-2' }
    const state = applied(
      { ...running, steers: [steer, other] },
      itemCompleted(aUserMessage({ id: 'user-2', clientId: 'client-1' })),
    )
    expect(state.steers).toEqual([other])
  })
})

describe('a connection to the model that breaks', () => {
  const retrying: Notification = {
    method: 'error',
    params: { ...ofTurn, error: brokenStream, willRetry: true },
  }
  const broken = applied(
    running,
    itemStarted(aCommand()),
    itemStarted(anAgentMessage()),
    messageDelta('half an ans'),
    retrying,
  )

  it('leaves the broken text superseded and the commands running', () => {
    expect(
      items(broken).map(({ key, isOpen, isSuperseded }) => ({ key, isOpen, isSuperseded })),
    ).toEqual([
      { key: 'command-1', isOpen: true, isSuperseded: false },
      { key: 'message-1~1', isOpen: false, isSuperseded: true },
    ])
    expect(broken.turns[0]?.retry).toEqual({
      message: 'Reconnecting... 2/5',
      attempt: 2,
      attemptsMax: 5,
    })
  })

  it('streams the next attempt as an item of its own, under the same id', () => {
    const state = applied(broken, itemStarted(anAgentMessage()), messageDelta('an answer'))
    expect(
      items(state).map(({ key, item }) => [key, item.type === 'agentMessage' && item.text]),
    ).toEqual([
      ['command-1', false],
      ['message-1~1', 'half an ans'],
      ['message-1', 'an answer'],
    ])
    expect(state.turns[0]?.retry).toBeNull()
  })

  it('for good leaves the error and no retry', () => {
    const state = applied(broken, {
      method: 'error',
      params: { ...ofTurn, error: brokenStream, willRetry: false },
    })
    expect(state.turns[0]?.error).toEqual(brokenStream)
    expect(state.turns[0]?.retry).toBeNull()
  })
})

describe('the thread itself', () => {
  it('takes its status, its name and its settings', () => {
    const state = applied(
      ready,
      {
        method: 'thread/status/changed',
        params: { threadId, status: { type: 'active', activeFlags: ['waitingOnApproval'] } },
      },
      { method: 'thread/name/updated', params: { threadId, threadName: 'Tests' } },
      {
        method: 'thread/settings/updated',
        params: {
          threadId,
          threadSettings: {
            cwd: '/other',
            approvalPolicy: 'never',
            approvalsReviewer: 'user',
            sandboxPolicy: { type: 'dangerFullAccess' },
            activePermissionProfile: null,
            model: 'other-model',
            modelProvider: 'mock',
            serviceTier: null,
            effort: 'high',
            summary: null,
            collaborationMode: {
              mode: 'plan',
              settings: { model: 'other', reasoning_effort: null, developer_instructions: null },
            },
            personality: null,
            environments: null,
            disabledPluginIds: [],
            multiAgentMode: 'explicitRequestOnly',
          },
        },
      },
    )
    expect(state.status).toEqual({ type: 'active', activeFlags: ['waitingOnApproval'] })
    expect(state.thread?.name).toBe('Tests')
    expect(state.settings).toEqual({
      cwd: '/other',
      model: 'other-model',
      modelProvider: 'mock',
      effort: 'high',
      mode: 'plan',
      approvalPolicy: 'never',
      sandboxPolicy: { type: 'dangerFullAccess' },
      permissions: null,
      approvalsReviewer: 'user',
      summary: null,
      personality: null,
      serviceTier: null,
    })
  })

  it('loses its name when it is taken away', () => {
    const named = { ...ready, thread: aThread({ name: 'Tests' }) }
    const state = applied(named, { method: 'thread/name/updated', params: { threadId } })
    expect(state.thread?.name).toBeNull()
  })

  it('is archived and taken back', () => {
    const archived = applied(ready, { method: 'thread/archived', params: { threadId } })
    expect(archived.isArchived).toBe(true)
    const back = applied(archived, { method: 'thread/unarchived', params: { threadId } })
    expect(back.isArchived).toBe(false)
  })

  it('is gone once it is deleted', () => {
    const state = applied(ready, { method: 'thread/deleted', params: { threadId } })
    expect(state.phase).toBe('gone')
    expect(state.problem).toBe('This thread was deleted.')
  })
})

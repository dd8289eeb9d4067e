import { describe, expect, it } from 'vitest'
import type {
  ApprovalView,
  CommandApprovalParams,
  FileChange,
  Notification,
} from '../../protocol/index.ts'
import { createFakeBridge, type FakeBridge, settled } from '../test-support/fake-bridge.ts'
import { createApprovalStore } from './approval-store.ts'
import { createNotificationPump } from './notification-pump.ts'

const params: CommandApprovalParams = {
  kind: 'command',
  threadId: 'thread-1',
  turnId: 'turn-1',
  itemId: 'command-1',
  startedAtMs: 5,
  command: 'npm install',
  cwd: '/srv/project',
  commandActions: [],
  reason: null,
  environmentId: null,
  availableDecisions: ['accept', 'decline', 'cancel'],
}

function anApproval(changes: Partial<ApprovalView> = {}): ApprovalView {
  return {
    approvalId: 'approval-1',
    threadId: 'thread-1',
    turnId: 'turn-1',
    itemId: 'command-1',
    method: 'item/commandExecution/requestApproval',
    params,
    state: 'pending',
    decision: null,
    reviewer: null,
    createdAtMs: 5,
    decidedAtMs: null,
    ...changes,
  }
}

const shown = {
  approvalId: 'approval-1',
  threadId: 'thread-1',
  turnId: 'turn-1',
  itemId: 'command-1',
  createdAtMs: 5,
  kind: 'command',
  params,
}

/** An app that has these approvals pending and accepts every answer. */
function anApp(...initial: ApprovalView[]) {
  let pending = initial
  const bridge: FakeBridge = createFakeBridge({
    'skein/approval/list': () => ({ data: pending, nextCursor: null }),
    'skein/approval/respond': ({ approvalId }) => {
      const accepted = pending.some((view) => view.approvalId === approvalId)
      pending = pending.filter((view) => view.approvalId !== approvalId)
      return { accepted }
    },
  })
  const store = createApprovalStore(
    bridge,
    createNotificationPump(bridge, (run) => run()),
  )
  const become = (...views: ApprovalView[]) => {
    pending = views
  }
  return { bridge, store, become }
}

const approved: Notification = {
  method: 'skein/approval/updated',
  params: { approvalId: 'approval-1', threadId: 'thread-1', state: 'approved' },
}
const request = { id: 7, method: 'item/commandExecution/requestApproval', params } as const

describe('pending approvals', () => {
  it('of all threads are read, the oldest first', async () => {
    const { store } = anApp(
      anApproval({ approvalId: 'late', createdAtMs: 9 }),
      anApproval({ approvalId: 'early', createdAtMs: 3 }),
    )
    await store.load()
    expect(store.getState().pending.map((approval) => approval.approvalId)).toEqual([
      'early',
      'late',
    ])
  })

  it('appear as soon as the app asks', async () => {
    const { bridge, store, become } = anApp()
    await store.load()
    become(anApproval())
    bridge.ask(request)
    await settled()
    expect(store.getState().pending).toEqual([shown])
  })

  it('go, with how they ended, when somebody else decides', async () => {
    const { bridge, store, become } = anApp(anApproval())
    await store.load()
    become()
    bridge.notify(approved)
    await settled()
    expect(store.getState().pending).toEqual([])
    expect(store.getState().settled).toEqual([{ approval: shown, state: 'approved' }])
    store.dismiss('approval-1')
    expect(store.getState().settled).toEqual([])
  })

  it('go as they ended though the list is read before the next frame', async () => {
    let draw = (): void => {}
    const bridge = createFakeBridge({
      'skein/approval/list': () => ({ data: [anApproval()], nextCursor: null }),
    })
    const pump = createNotificationPump(bridge, (run) => {
      draw = run
    })
    const store = createApprovalStore(bridge, pump)
    await store.load()
    bridge.answer({
      'skein/approval/list': () => ({ data: [], nextCursor: null }),
      'skein/approval/respond': () => {
        bridge.notify(approved)
        return { accepted: true }
      },
    })
    await store.decide('approval-1', 'accept')
    draw()
    expect(store.getState().settled).toEqual([{ approval: shown, state: 'approved' }])
  })

  it('go as they ended though an older list still had them', async () => {
    const { bridge, store, become } = anApp(anApproval())
    await store.load()
    let arrive = (): void => {}
    const older = new Promise<{ data: ApprovalView[]; nextCursor: null }>((resolve) => {
      arrive = () => resolve({ data: [anApproval()], nextCursor: null })
    })
    bridge.answer({ 'skein/approval/list': () => older })
    const reading = store.load()
    bridge.notify(approved)
    become()
    bridge.answer({ 'skein/approval/list': () => ({ data: [], nextCursor: null }) })
    arrive()
    await reading
    await settled()
    expect(store.getState().settled).toEqual([{ approval: shown, state: 'approved' }])
  })

  it('that make no sense to this window can be seen, and not granted by mistake', async () => {
    const { store } = anApp(anApproval({ params: { surprise: true } }))
    await store.load()
    expect(store.getState().pending).toEqual([
      { ...shown, kind: 'unreadable', params: { surprise: true } },
    ])
  })
})

describe('a decision', () => {
  it('answers the request this window holds', async () => {
    const { bridge, store } = anApp(anApproval())
    bridge.ask(request)
    await settled()
    expect(await store.decide('approval-1', 'accept')).toBe(true)
    expect(bridge.serverAnswers).toEqual([{ id: 7, result: { decision: 'accept' } }])
    expect(store.getState().deciding).toEqual(new Set(['approval-1']))
  })

  it('goes by its id when this window holds no request', async () => {
    const { bridge, store } = anApp(anApproval())
    await store.load()
    expect(await store.decide('approval-1', 'decline')).toBe(true)
    expect(bridge.calls).toContainEqual({
      method: 'skein/approval/respond',
      params: { approvalId: 'approval-1', result: { decision: 'decline' } },
    })
    expect(store.getState().pending).toEqual([])
    expect(store.getState().deciding).toEqual(new Set())
  })

  it('goes by its id once the connection that held the request is gone', async () => {
    const { bridge, store } = anApp(anApproval())
    bridge.ask(request)
    await settled()
    bridge.connection('lost')
    bridge.connection('open')
    await store.decide('approval-1', 'accept')
    expect(bridge.serverAnswers).toEqual([])
    expect(bridge.calls.at(-2)?.method).toBe('skein/approval/respond')
  })

  it('is taken once, however often the button is pressed', async () => {
    const { bridge, store } = anApp(anApproval())
    bridge.ask(request)
    await settled()
    await store.decide('approval-1', 'accept')
    expect(await store.decide('approval-1', 'decline')).toBe(false)
    expect(bridge.serverAnswers.length).toBe(1)
  })

  it('that comes too late says so', async () => {
    const { store, become } = anApp(anApproval())
    await store.load()
    become()
    expect(await store.decide('approval-1', 'accept')).toBe(false)
    expect(store.getState().pending).toEqual([])
  })

  it('that fails leaves the approval where it was, with the reason', async () => {
    const { bridge, store } = anApp(anApproval())
    await store.load()
    bridge.answer({ 'skein/approval/respond': () => Promise.reject(new Error('no connection')) })
    expect(await store.decide('approval-1', 'accept')).toBe(false)
    expect(store.getState().pending).toEqual([shown])
    expect(store.getState().problem).toBe('no connection')
    expect(store.getState().deciding).toEqual(new Set())
  })
})

it('reads the changes an approval is about from their item', async () => {
  const change: FileChange = { path: '/a', kind: { type: 'add' }, diff: 'new\n' }
  const { bridge, store } = anApp(
    anApproval({
      method: 'item/fileChange/requestApproval',
      itemId: 'change-1',
      params: {
        threadId: 'thread-1',
        turnId: 'turn-1',
        itemId: 'change-1',
        startedAtMs: 5,
        reason: null,
        grantRoot: null,
      },
    }),
  )
  bridge.answer({
    'thread/items/read': () => ({
      data: [
        {
          turnId: 'turn-1',
          item: { type: 'fileChange', id: 'change-1', changes: [change], status: 'inProgress' },
          startedAtMs: null,
          completedAtMs: null,
        },
      ],
    }),
  })
  await store.load()
  const approval = store.getState().pending[0]
  expect(approval && (await store.readChanges(approval))).toEqual([change])
})

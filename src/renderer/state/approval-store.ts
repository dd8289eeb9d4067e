// Everything that waits for a person's decision, over all threads. The app's list is the truth; a server request
// this window holds is only the shorter way to answer.
import { createStore } from 'zustand/vanilla'
import {
  type ApprovalDecision,
  type ApprovalRule,
  type ApprovalState,
  type ApprovalView,
  type Bridge,
  CommandApprovalParams,
  ElicitationParams,
  type FileChange,
  FileChangeApprovalParams,
  type Notification,
  PermissionsApprovalParams,
  UserInputRequestParams,
} from '../../protocol/index.ts'
import { messageOf } from './failures.ts'
import type { NotificationPump } from './notification-pump.ts'
import type { ReadonlyStore } from './thread-store.ts'

const PAGE = 100
const PENDING_MAX = 500
const endedStates = ['approved', 'denied', 'expired', 'cancelled'] as const

interface PendingBase {
  readonly approvalId: string
  readonly threadId: string
  readonly turnId: string
  readonly itemId: string
  readonly createdAtMs: number
}

export type PendingApproval = PendingBase &
  (
    | { readonly kind: 'command'; readonly params: CommandApprovalParams }
    | { readonly kind: 'fileChange'; readonly params: FileChangeApprovalParams }
    /** An MCP server asks, or somebody must allow a call of its tool. */
    | { readonly kind: 'elicitation'; readonly params: ElicitationParams }
    | { readonly kind: 'permissions'; readonly params: PermissionsApprovalParams }
    /** No decision to make, but words to give. */
    | { readonly kind: 'question'; readonly params: UserInputRequestParams }
    /** Its parameters make no sense to this window: it can be refused, not granted. */
    | { readonly kind: 'unreadable'; readonly params: unknown }
  )

export type ElicitationQuestion = Extract<PendingApproval, { kind: 'elicitation' }>
/** What is answered with one of the decisions that were offered. */
export type ActionApproval = Extract<
  PendingApproval,
  { kind: 'command' | 'fileChange' | 'unreadable' }
>

export interface SettledApproval {
  readonly approval: PendingApproval
  readonly state: Exclude<ApprovalState, 'pending'>
}

export interface ApprovalsState {
  /** Oldest first. */
  readonly pending: readonly PendingApproval[]
  /** Settled while this window showed them, by whomever; they leave by `dismiss`. */
  readonly settled: readonly SettledApproval[]
  /** Answered here, and not yet confirmed. */
  readonly deciding: ReadonlySet<string>
  /** Why the last reading or answer failed. */
  readonly problem: string | null
}

export interface ApprovalStore extends ReadonlyStore<ApprovalsState> {
  /** Reads all pending ones. Never rejects: `problem` tells. */
  load(): Promise<void>
  /** Resolves false when somebody else was first. Never rejects: `problem` tells, and the approval stays. */
  decide(approvalId: string, decision: ApprovalDecision): Promise<boolean>
  /** The whole answer, for questions that want more than a decision; as `decide` otherwise. */
  answer(approvalId: string, result: unknown): Promise<boolean>
  /** The rules of the profile. Rejects with a BridgeFailure. */
  readRules(): Promise<readonly ApprovalRule[]>
  deleteRule(ruleId: string): Promise<void>
  /** Forgets a settled one. */
  dismiss(approvalId: string): void
  /** The changes a file approval is about, from its item. Rejects with a BridgeFailure. */
  readChanges(approval: PendingApproval): Promise<readonly FileChange[]>
  /** How questions of that thread ended, the latest hundred of each ending. Rejects with a BridgeFailure. */
  readEnded(threadId: string): Promise<readonly ApprovalView[]>
}

interface HeldRequest {
  readonly id: number
  readonly answer: (result: unknown) => void
}

export function createApprovalStore(bridge: Bridge, pump: NotificationPump): ApprovalStore {
  const store = createStore<ApprovalsState>(() => ({
    pending: [],
    settled: [],
    deciding: new Set(),
    problem: null,
  }))
  const requests = new Map<string, HeldRequest>()
  /** How approvals ended, until a list comes that no longer has them. */
  const endings = new Map<string, ApprovalState>()
  let loading: Promise<void> | undefined
  let mustLoadAgain = false

  function load(): Promise<void> {
    if (loading) {
      mustLoadAgain = true
      return loading
    }
    loading = readAll().finally(() => {
      loading = undefined
      if (!mustLoadAgain) return
      mustLoadAgain = false
      void load()
    })
    return loading
  }

  async function readAll(): Promise<void> {
    try {
      const views: ApprovalView[] = []
      let cursor: string | null | undefined
      do {
        const page = await bridge.request('skein/approval/list', {
          state: 'pending',
          limit: PAGE,
          ...(cursor ? { cursor } : {}),
        })
        views.push(...page.data)
        cursor = page.nextCursor
      } while (cursor && views.length < PENDING_MAX)
      pump.flush() // how those ended that are no longer in the list was told before it
      replacePending(views.map(readApproval))
    } catch (error) {
      store.setState({ problem: messageOf(error) })
    }
  }

  function replacePending(pending: PendingApproval[]): void {
    const state = store.getState()
    const ids = new Set(pending.map((approval) => approval.approvalId))
    const ended = state.pending
      .filter((approval) => !ids.has(approval.approvalId))
      .map((approval) => ({ approval, state: endingOf(approval.approvalId) }))
    store.setState({
      pending: pending.sort((left, right) => left.createdAtMs - right.createdAtMs),
      settled: [...state.settled, ...ended],
      deciding: new Set([...state.deciding].filter((id) => ids.has(id))),
      problem: null,
    })
    // What was told while an older list was on its way is of use to the next one.
    for (const id of endings.keys()) if (!ids.has(id)) endings.delete(id)
  }

  function endingOf(approvalId: string): SettledApproval['state'] {
    const state = endings.get(approvalId)
    return state === undefined || state === 'pending' ? 'cancelled' : state
  }

  async function decide(approvalId: string, decision: ApprovalDecision): Promise<boolean> {
    const { pending, deciding } = store.getState()
    const approval = pending.find((candidate) => candidate.approvalId === approvalId)
    if (!approval || deciding.has(approvalId)) return false
    store.setState({ deciding: new Set([...deciding, approvalId]), problem: null })
    const held = requests.get(keyOf(approval))
    if (held) {
      requests.delete(keyOf(approval))
      held.answer({ decision })
      return true
    }
    return respond(approvalId, { decision })
  }

  async function answer(approvalId: string, result: unknown): Promise<boolean> {
    const { deciding } = store.getState()
    if (deciding.has(approvalId)) return false
    store.setState({ deciding: new Set([...deciding, approvalId]), problem: null })
    return respond(approvalId, result)
  }

  async function respond(approvalId: string, result: unknown): Promise<boolean> {
    try {
      const { accepted } = await bridge.request('skein/approval/respond', { approvalId, result })
      await load()
      return accepted
    } catch (error) {
      const deciding = new Set(store.getState().deciding)
      deciding.delete(approvalId)
      store.setState({ deciding, problem: messageOf(error) })
      return false
    }
  }

  /** True when the list has to be read again. */
  function hear({ method, params }: Notification): boolean {
    switch (method) {
      case 'skein/approval/updated':
        endings.set(params.approvalId, params.state)
        return true
      case 'serverRequest/resolved':
        for (const [key, held] of requests) if (held.id === params.requestId) requests.delete(key)
        return true
      default:
        return method === 'skein/resync'
    }
  }

  pump.subscribe((batch) => {
    if (batch.filter(hear).length > 0) void load()
  })
  bridge.onServerRequest((request, answer) => {
    if (request.method === 'item/tool/call') return // clients' own tools are not a window's business
    if (request.method === 'mcpServer/elicitation/request') return void load() // answered by its id
    requests.set(keyOf(request.params), { id: request.id, answer })
    void load()
  })
  bridge.onConnection((connection) => {
    // What this window held on the broken connection is asked again on the new one.
    requests.clear()
    if (connection === 'lost') store.setState({ deciding: new Set() })
  })

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    load,
    decide,
    answer,
    async readRules() {
      const { data } = await bridge.request('skein/approval/rule/list', { limit: PAGE })
      return data
    },
    async deleteRule(ruleId) {
      await bridge.request('skein/approval/rule/delete', { ruleId })
    },
    dismiss(approvalId) {
      const { settled } = store.getState()
      store.setState({
        settled: settled.filter(({ approval }) => approval.approvalId !== approvalId),
      })
    },
    async readChanges({ threadId, turnId, itemId }) {
      const { data } = await bridge.request('thread/items/read', {
        threadId,
        turnId,
        itemIds: [itemId],
      })
      const item = data[0]?.item
      return item?.type === 'fileChange' ? item.changes : []
    },
    async readEnded(threadId) {
      const pages = await Promise.all(
        endedStates.map((state) =>
          bridge.request('skein/approval/list', { threadId, state, limit: PAGE }),
        ),
      )
      return pages.flatMap(({ data }) => data)
    },
  }
}

/** An item asks once at a time: thread, turn and item name the question. */
function keyOf(of: Pick<PendingBase, 'threadId' | 'turnId' | 'itemId'>): string {
  return [of.threadId, of.turnId, of.itemId].join(' ')
}

function readApproval(view: ApprovalView): PendingApproval {
  const { approvalId, threadId, turnId, createdAtMs } = view
  const base = { approvalId, threadId, turnId, createdAtMs, itemId: view.itemId ?? '' }
  if (view.method === 'item/commandExecution/requestApproval') {
    const command = CommandApprovalParams.safeParse(view.params)
    if (command.success) return { ...base, kind: 'command', params: command.data }
  } else if (view.method === 'item/fileChange/requestApproval') {
    const fileChange = FileChangeApprovalParams.safeParse(view.params)
    if (fileChange.success) return { ...base, kind: 'fileChange', params: fileChange.data }
  }
  if (view.method === 'mcpServer/elicitation/request') {
    const elicitation = ElicitationParams.safeParse(view.params)
    if (elicitation.success) return { ...base, kind: 'elicitation', params: elicitation.data }
  }
  const permissions =
    view.method === 'item/permissions/requestApproval'
      ? PermissionsApprovalParams.safeParse(view.params)
      : undefined
  if (permissions?.success) return { ...base, kind: 'permissions', params: permissions.data }
  const question =
    view.method === 'item/tool/requestUserInput'
      ? UserInputRequestParams.safeParse(view.params)
      : undefined
  if (question?.success) return { ...base, kind: 'question', params: question.data }
  return { ...base, kind: 'unreadable', params: view.params }
}

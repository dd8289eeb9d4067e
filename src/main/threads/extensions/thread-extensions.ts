// The extensions of one live thread: its stores, and one function per moment at which hooks are called.
import type { ApprovalDecision, ThreadItem, UserInput } from '../../../protocol/index.ts'
import type { ConfigValues } from '../../config/config-schema.ts'
import type { ContextFragment } from '../../instructions/environment-context.ts'
import type { Logger } from '../../lib/logger.ts'
import type { ModelItem, ToolCallItem } from '../../model/model-item.ts'
import type { ThreadEvent } from '../../storage/thread-event.ts'
import type { Tool } from '../../tools/tool.ts'
import type { ConfigSnapshot } from '../config-snapshot.ts'
import type { CutReason } from '../turn/closing.ts'
import { createHookCaller, REVIEW_MS_MAX } from './call-hooks.ts'
import type {
  Extension,
  HelperUsage,
  ModelAnswer,
  OfThread,
  OfTurn,
  ReviewRequest,
  ThreadBegin,
  ThreadControl,
  ToolEnd,
  TurnBegin,
  TurnEnding,
  TurnFailing,
  UsageReport,
} from './extension.ts'
import { createExtensionData, type ExtensionData } from './extension-data.ts'

export interface ThreadExtensions {
  readonly session: ExtensionData
  readonly thread: ExtensionData
  started(begin: ThreadBegin): Promise<void>
  resumed(): Promise<void>
  idle(): Promise<void>
  stopped(): Promise<void>
  waiting(isWaiting: boolean): void
  configChanged(previous: ConfigSnapshot, next: ConfigSnapshot): void
  runtimeConfigChanged(previous: ConfigValues, next: ConfigValues): void
  context(): Promise<readonly ContextFragment[]>
  keepLoaded(): boolean
  tools(): readonly Tool[]
  turn(turnId: string): TurnExtensions
}

/** The same for one turn: bound to the turn's own store. */
export interface TurnExtensions {
  readonly data: ExtensionData
  started(begin: TurnBegin): Promise<void>
  input(input: readonly UserInput[], signal: AbortSignal): Promise<readonly ModelItem[]>
  samplingInput(items: readonly ModelItem[]): Promise<readonly ModelItem[]>
  tokenUsage(report: UsageReport): Promise<void>
  answered(answer: ModelAnswer): Promise<void>
  compacting(manual: boolean): Promise<void>
  /** Facts to record with the turn's end. */
  stopping(end: TurnEnding): Promise<readonly ThreadEvent[]>
  cutting(reason: CutReason): Promise<void>
  aborted(reason: CutReason): Promise<void>
  failing(failure: TurnFailing): Promise<void>
  toolStarted(call: ToolCallItem): Promise<void>
  toolFinished(call: ToolCallItem, end: ToolEnd): Promise<void>
  review(request: ReviewRequest): Promise<ApprovalDecision | null>
  /** True: items may be changed before they are shown, so nothing of them is streamed. */
  readonly changesItems: boolean
  item(item: ThreadItem): Promise<ThreadItem>
  tools(): readonly Tool[]
}

export function createThreadExtensions(
  extensions: readonly Extension[],
  /** The root's thread id, shared by the threads of a family. */
  sessionId: string,
  control: ThreadControl,
  logger: Logger,
): ThreadExtensions {
  const hooks = createHookCaller(extensions, logger)
  const session = createExtensionData(sessionId)
  const thread = createExtensionData(control.threadId)
  const of: OfThread = { session, thread, control }

  const tools = (): readonly Tool[] => hooks.allNow('tools', of).flat()

  function turn(turnId: string): TurnExtensions {
    const data = createExtensionData(turnId)
    const ofTurn: OfTurn = { ...of, turn: data }
    const used = async (helper: HelperUsage): Promise<void> =>
      void (await hooks.all('onHelperUsage', { ...ofTurn, ...helper }))
    return {
      data,
      async started(begin) {
        await hooks.all('onTurnStart', { ...ofTurn, ...begin })
      },
      async input(input, signal) {
        return (await hooks.all('contributeTurnInput', { ...ofTurn, input, signal })).flat()
      },
      samplingInput: (items) =>
        hooks.fold('changeSamplingInput', items, (now) => ({ ...ofTurn, items: now }), true),
      async tokenUsage(report) {
        await hooks.all('onTokenUsage', { ...ofTurn, ...report })
      },
      async answered(answer) {
        await hooks.all('onModelAnswer', { ...ofTurn, ...answer })
      },
      async compacting(manual) {
        await hooks.all('onCompaction', { ...ofTurn, manual })
      },
      async stopping(end) {
        return (await hooks.all('onTurnStop', { ...ofTurn, ...end })).flatMap(
          (facts) => facts ?? [],
        )
      },
      async cutting(reason) {
        await hooks.all('onTurnCut', { ...ofTurn, reason })
      },
      async aborted(reason) {
        await hooks.all('onTurnAbort', { ...ofTurn, reason })
      },
      async failing(failure) {
        await hooks.all('onTurnError', { ...ofTurn, ...failure })
      },
      async toolStarted(call) {
        await hooks.all('onToolStart', { ...ofTurn, call })
      },
      async toolFinished(call, end) {
        await hooks.all('onToolFinish', { ...ofTurn, call, end })
      },
      review: (request) =>
        hooks.first('reviewApproval', { ...ofTurn, ...request, used }, REVIEW_MS_MAX),
      changesItems: hooks.has('changeTurnItem'),
      item: (item) =>
        hooks.fold('changeTurnItem', item, (now) => ({ ...ofTurn, item: now }), false),
      tools,
    }
  }

  return {
    session,
    thread,
    async started(begin) {
      await hooks.all('onThreadStart', { ...of, ...begin })
    },
    async resumed() {
      await hooks.all('onThreadResume', of)
    },
    async idle() {
      await hooks.all('onThreadIdle', of)
    },
    async stopped() {
      await hooks.all('onThreadStop', of)
    },
    waiting(isWaiting) {
      hooks.allNow('onWaiting', { ...of, isWaiting })
    },
    configChanged(previous, next) {
      hooks.allNow('onConfigChanged', { ...of, previous, next })
    },
    runtimeConfigChanged(previous, next) {
      hooks.allNow('onRuntimeConfigChanged', { ...of, previous, next })
    },
    async context() {
      return (await hooks.all('contributeContext', of)).flat()
    },
    keepLoaded: () => hooks.allNow('keepLoaded', of).some(Boolean),
    tools,
    turn,
  }
}

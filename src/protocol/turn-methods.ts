// Requests about turns: their input, their kinds, and the settings of threads and turns; part of the one list in methods.ts.
import { z } from 'zod'
import { ClientMetadata, turnCompany, turnLineage } from './client-context.ts'
import { ThreadId, TurnId } from './ids.ts'
import { UserInput } from './items.ts'
import { params } from './params.ts'
import {
  ApprovalsReviewer,
  ClearableSetting,
  ReasoningEffort,
  ReasoningSummary,
  TurnExtrasParams,
  turnOverrides,
} from './settings.ts'
import { Thread } from './threads.ts'
import { Turn } from './turns.ts'

const empty = z.object({})

/** What a review looks at. */
export const ReviewTarget = z.discriminatedUnion('type', [
  z.object({ type: z.literal('uncommittedChanges') }),
  z.object({ type: z.literal('baseBranch'), branch: z.string() }),
  z.object({ type: z.literal('commit'), sha: z.string(), title: z.string().nullish() }),
  z.object({ type: z.literal('custom'), instructions: z.string() }),
])
export type ReviewTarget = z.output<typeof ReviewTarget>

export const turnMethods = {
  'turn/start': {
    params: params({
      threadId: ThreadId,
      input: z.array(UserInput),
      clientUserMessageId: z.string().optional(),
      ...turnOverrides,
      /** This turn only; sent to the provider as a strict JSON schema. */
      outputSchema: z.unknown().optional(),
      /** The tier of a turn that this input begins, whatever the thread's is; no change for one that it joins. */
      serviceTierForTurn: z.string().optional(),
      ...turnCompany,
      responsesapiClientMetadataPatch: ClientMetadata.optional(),
      ...turnLineage,
      skein: TurnExtrasParams.optional(),
    }),
    result: z.object({ turn: Turn }),
  },
  'turn/steer': {
    params: params({
      threadId: ThreadId,
      input: z.array(UserInput),
      expectedTurnId: z.string(),
      clientUserMessageId: z.string().optional(),
      ...turnCompany,
    }),
    result: z.object({ turnId: TurnId }),
  },
  'turn/interrupt': {
    params: params({ threadId: ThreadId, turnId: TurnId }),
    result: empty,
  },
  'thread/settings/update': {
    params: params({
      threadId: ThreadId,
      ...turnOverrides,
      skein: z.object({ clear: z.array(ClearableSetting).optional() }).optional(),
    }),
    result: empty,
  },
  /** For the running turn alone. */
  'turn/settings/update': {
    params: params({
      threadId: ThreadId,
      turnId: TurnId,
      model: z.string().min(1).optional(),
      effort: ReasoningEffort.optional(),
      summary: ReasoningSummary.optional(),
      /** Tri-state: absent keeps, null clears. */
      serviceTier: z.string().nullable().optional(),
      approvalsReviewer: ApprovalsReviewer.optional(),
    }),
    result: z.object({ status: z.enum(['applied', 'targetUnavailable']) }),
  },
  'thread/compact/start': { params: params({ threadId: ThreadId }), result: empty },
  'thread/shellCommand': {
    params: params({
      threadId: ThreadId,
      command: z.string(),
      /** One hour when absent; zero ends it at once. */
      timeoutMs: z.number().int().optional(),
    }),
    result: empty,
  },
  'thread/inject_items': {
    params: params({
      threadId: ThreadId,
      /** Raw items of the Responses API, appended to what the model sees. */
      items: z.array(z.unknown()),
    }),
    result: empty,
  },
  /** Takes this turn and all later ones out of the thread; files stay as they are. */
  'thread/revert': {
    params: params({ threadId: ThreadId, beforeTurnId: TurnId }),
    result: z.object({
      thread: Thread,
      turnsBackwardsCursor: z.string().nullable(),
      itemsBackwardsCursor: z.string().nullable(),
    }),
  },
  'review/start': {
    params: params({
      threadId: ThreadId,
      target: ReviewTarget,
      delivery: z.literal('inline').optional(),
    }),
    result: z.object({ turn: Turn, reviewThreadId: ThreadId }),
  },
} as const

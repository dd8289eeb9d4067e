// A turn: one cycle from input to the agent's rest.
import { z } from 'zod'
import { TurnError } from './errors.ts'
import { TurnId } from './ids.ts'
import { PlanStep, ThreadItem } from './items.ts'

export const TurnStatus = z.enum(['inProgress', 'completed', 'interrupted', 'failed'])
export type TurnStatus = z.output<typeof TurnStatus>

/** `notLoaded`: items are []; `summary`: first user message and final agent message; `full`: all. */
export const ItemsView = z.enum(['notLoaded', 'summary', 'full'])
export type ItemsView = z.output<typeof ItemsView>

/** What Skein adds to a turn (docs/protocol.md). */
export const TurnExtras = z.object({
  snapshotId: z.string().nullable(),
  /** Its place in the thread, from 1. */
  number: z.number(),
  trigger: z.enum(['user', 'queue', 'goal', 'other']),
  onlyThisTurn: z.array(z.string()),
  /** As of turn/plan/updated, the latest one; only with the full items of a turn that has a plan. */
  plan: z.object({ explanation: z.string().nullable(), steps: z.array(PlanStep) }).optional(),
})
export type TurnExtras = z.output<typeof TurnExtras>

export const Turn = z.object({
  id: TurnId,
  rootTurnId: z.string().nullable(),
  items: z.array(ThreadItem),
  itemsView: ItemsView,
  status: TurnStatus,
  error: TurnError.nullable(),
  /** Unix seconds. */
  startedAt: z.number().nullable(),
  /** Unix seconds. */
  completedAt: z.number().nullable(),
  durationMs: z.number().nullable(),
  skein: TurnExtras.optional(),
})
export type Turn = z.output<typeof Turn>

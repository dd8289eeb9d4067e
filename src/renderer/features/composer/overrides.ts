// Settings a person changed for the next turn, and how a setting reads.
import type {
  ApprovalPolicy,
  ApprovalsReviewer,
  Model,
  Personality,
  ReasoningSummary,
  TurnOverrides,
} from '../../../protocol/index.ts'
import type { TurnStartOverrides } from '../../state/thread-actions.ts'
import type { ThreadSettings } from '../../state/thread-state.ts'

/** What differs from the thread; goes with the next turn that is started from here. */
export type Chosen = Pick<
  TurnOverrides,
  | 'model'
  | 'effort'
  | 'permissions'
  | 'approvalPolicy'
  | 'approvalsReviewer'
  | 'summary'
  | 'personality'
  | 'serviceTier'
  | 'cwd'
> & {
  /** The form of the answer; never outlives the turn. */
  readonly outputSchema?: Readonly<Record<string, unknown>> | undefined
}
export type Setting = keyof Chosen

/** What the next turn runs under. */
export interface Effective {
  readonly model: string
  readonly effort: string | null
  readonly permissions: string | null
  readonly approvalPolicy: ApprovalPolicy
  readonly approvalsReviewer: ApprovalsReviewer
  readonly summary: ReasoningSummary | null
  readonly personality: Personality | null
  readonly serviceTier: string | null
  readonly cwd: string
}

export function effective(settings: ThreadSettings, chosen: Chosen): Effective {
  return {
    model: chosen.model ?? settings.model,
    effort: chosen.effort ?? settings.effort,
    permissions: chosen.permissions ?? settings.permissions,
    approvalPolicy: chosen.approvalPolicy ?? settings.approvalPolicy,
    approvalsReviewer: chosen.approvalsReviewer ?? settings.approvalsReviewer,
    summary: chosen.summary ?? settings.summary,
    personality: chosen.personality ?? settings.personality,
    serviceTier: chosen.serviceTier ?? settings.serviceTier,
    cwd: chosen.cwd ?? settings.cwd,
  }
}

/** As turn/start takes them. */
export function overridesOf(chosen: Chosen, isOnlyThisTurn: boolean): TurnStartOverrides {
  const { outputSchema: _ofTheTurnAnyway, ...settings } = chosen
  if (!isOnlyThisTurn || Object.keys(settings).length === 0) return chosen
  return { ...chosen, skein: { onlyThisTurn: true } }
}

/** With that value chosen; choosing what the thread has anyway is no change. */
export function choose(settings: ThreadSettings, chosen: Chosen, change: Chosen): Chosen {
  const next = { ...chosen, ...change }
  const names = Object.keys(next) as Setting[]
  const differing = names.filter((name) =>
    name === 'outputSchema' ? next[name] !== undefined : !isSame(next[name], settings[name]),
  )
  return Object.fromEntries(differing.map((name) => [name, next[name]]))
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

export const FULL_ACCESS = ':danger-full-access'

/**
 * The profile after this one, round and round; null when there is no other. Full access is never reached by stepping:
 * it is chosen by name.
 */
export function nextPermissions(
  profiles: readonly { readonly id: string; readonly allowed: boolean }[],
  current: string | null,
): string | null {
  const ids = profiles.flatMap(({ id, allowed }) => (allowed && id !== FULL_ACCESS ? [id] : []))
  const next = ids[(ids.indexOf(current ?? '') + 1) % ids.length]
  return next === undefined || next === current ? null : next
}

export function permissionWords(id: string | null, settings: ThreadSettings): string {
  switch (id) {
    case ':read-only':
      return 'read only'
    case ':workspace':
      return 'work in folder'
    case FULL_ACCESS:
      return 'full access'
    case null:
      return settings.sandboxPolicy.type === 'dangerFullAccess' ? 'full access' : 'custom'
    default:
      return id
  }
}

export function approvalWords(policy: ApprovalPolicy): string {
  switch (policy) {
    case 'untrusted':
      return 'ask often'
    case 'on-request':
      return 'ask when needed'
    case 'never':
      return 'never ask'
    default:
      return 'custom'
  }
}

export function effortWords(effort: string | null, model: Model | undefined): string {
  return effort ?? model?.defaultReasoningEffort ?? 'default'
}

/** Nothing confines the agent, or nobody is asked. */
export function isDangerous(next: Effective, settings: ThreadSettings): boolean {
  return (
    next.approvalPolicy === 'never' || permissionWords(next.permissions, settings) === 'full access'
  )
}

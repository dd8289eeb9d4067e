// Stands between a call and its deed: says whether it may happen, asks whoever must be asked, and keeps what the
// answer allows for later.
import type { ApprovalDecision, ThreadItem } from '../../../protocol/index.ts'
import { decideAction } from '../../approvals/policy.ts'
import type { ActionDecision } from '../../approvals/questions.ts'
import type { Rules } from '../../approvals/rules/rule-files.ts'
import { judgeByRules } from '../../approvals/rules/rule-set.ts'
import {
  addGrant,
  addPermissions,
  type GrantedPermissions,
  widened,
} from '../../approvals/session-grants.ts'
import type { Clock } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import type { PermissionProfile } from '../../sandbox/permission-profile.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import type { ToolAction } from '../../tools/tool.ts'
import { isRefusal } from '../decisions.ts'
import { approvalOf } from './approval-request.ts'
import type { TurnScope } from './turn-scope.ts'

export interface JudgePorts {
  /** The app's own folder: nothing there is written without being asked. */
  readonly home: string
  readonly sandbox: Sandbox
  readonly rules: Pick<Rules, 'forFolder' | 'allow' | 'noteUse'>
  readonly clock: Clock
}

type Ask = Extract<ActionDecision, { type: 'ask' }>

export type Verdict =
  | { readonly type: 'run'; readonly bypassSandbox: boolean; readonly note?: string }
  /** `text` is the output for the model; `stops` when the whole turn was cancelled. */
  | {
      readonly type: 'refused'
      readonly text: string
      readonly stops: boolean
      /** Nobody decided: the question was answered by an error or by something that is no answer. */
      readonly isUnclear?: true
    }

export interface Judge {
  /** The turn's profile with what was granted on top of it. */
  profile(): PermissionProfile
  /** Whether a person would be asked as things are now. */
  wouldAsk(action: ToolAction): Promise<boolean>
  /** Asks a person where that is needed. */
  judge(action: ToolAction, item: ThreadItem | null): Promise<Verdict>
  /** Asks in any case. */
  ask(action: ToolAction, item: ThreadItem | null, question: Ask): Promise<Verdict>
  /** Widens the profile, for this turn or as long as the thread is loaded. */
  grant(permissions: GrantedPermissions, lasts: 'turn' | 'session'): void
}

const REJECTED = 'rejected by user'
const UNCLEAR = 'approval request failed'

export function createJudge(scope: TurnScope, ports: JudgePorts): Judge {
  const { values } = scope.snapshot
  const ofTurn: GrantedPermissions[] = []

  function profile(): PermissionProfile {
    return widened(values.permissionProfile, [...scope.grants().permissions, ...ofTurn])
  }

  async function noteUse(action: ToolAction): Promise<void> {
    if (action.type !== 'command') return
    const rules = await ports.rules.forFolder(values.cwd)
    if (rules.rules.length > 0) ports.rules.noteUse(judgeByRules(rules, action.argv).matched)
  }

  async function decide(action: ToolAction): Promise<ActionDecision> {
    if (action.type === 'none') return { type: 'run', bypassSandbox: false }
    const availability = await ports.sandbox.availability()
    const rules = await ports.rules.forFolder(values.cwd)
    return decideAction({
      action,
      rules,
      policy: values.approvalPolicy,
      profile: profile(),
      workspaceRoots: values.workspaceRoots,
      cwd: values.cwd,
      grants: scope.grants(),
      sandboxAvailable: availability.available,
      tmpdir: process.env.TMPDIR ?? null,
      home: ports.home,
    })
  }

  async function ask(action: ToolAction, item: ThreadItem | null, question: Ask): Promise<Verdict> {
    const approval = approvalOf(scope, action, item, question, ports.clock.now())
    const { snapshot, signal } = scope
    const reviewed = await scope.extensions.review({
      approval,
      action,
      snapshot,
      signal,
      transcript: scope.history(),
    })
    const answer = reviewed ? { decision: reviewed } : await scope.ask(approval)
    if ('isUnclear' in answer)
      return { type: 'refused', text: UNCLEAR, stops: false, isUnclear: true }
    const { decision } = answer
    if (isRefusal(decision))
      return { type: 'refused', text: REJECTED, stops: decision === 'cancel' }
    if (decision === 'acceptForSession') keep(action, question)
    const note = await amend(decision)
    // A rule that was made just now may let more pass than this one answer did.
    const again = note === undefined ? null : await decide(action)
    const bypassSandbox =
      again?.type === 'run' ? again.bypassSandbox : question.bypassSandboxWhenAccepted
    return { type: 'run', bypassSandbox, ...(note !== undefined && { note }) }
  }

  function keep(action: ToolAction, { grantRoot }: Ask): void {
    scope.grant((grants) => addGrant(grants, action))
    if (grantRoot) grant({ read: [], write: [grantRoot], network: false }, 'session')
  }

  /** What the model is told of a new rule; undefined when none was made. */
  async function amend(decision: ApprovalDecision): Promise<string | undefined> {
    if (typeof decision === 'string' || !('acceptWithExecpolicyAmendment' in decision))
      return undefined
    const prefix = decision.acceptWithExecpolicyAmendment.execpolicy_amendment
    try {
      await ports.rules.allow(prefix)
      return `The user allowed commands that begin with ${JSON.stringify(prefix)} from now on; they run without a question and outside of the sandbox.`
    } catch (error) {
      scope.signalNow({
        type: 'warning',
        message: `The rule could not be saved (${messageOf(error)}); the command was allowed this once.`,
      })
      return undefined
    }
  }

  function grant(permissions: GrantedPermissions, lasts: 'turn' | 'session'): void {
    if (lasts === 'turn') ofTurn.push(permissions)
    else scope.grant((grants) => addPermissions(grants, permissions))
  }

  return {
    profile,
    ask,
    grant,
    wouldAsk: async (action) => (await decide(action)).type === 'ask',
    async judge(action, item) {
      const decided = await decide(action)
      await noteUse(action)
      switch (decided.type) {
        case 'run':
          return decided
        case 'forbidden':
          return { type: 'refused', text: decided.reason, stops: false }
        case 'ask':
          return ask(action, item, decided)
      }
    },
  }
}

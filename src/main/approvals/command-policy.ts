// Who must be asked before a command runs: rules first, then what is dangerous, then the policy. Pure.
import path from 'node:path'
import type { ApprovalDecision } from '../../protocol/index.ts'
import { isDeniedRead } from '../sandbox/permission-profile.ts'
import type { ToolAction } from '../tools/tool.ts'
import { isDangerous, isKnownSafe } from './command-safety.ts'
import {
  type ActionDecision,
  type ActionInput,
  ANSWERS,
  ANSWERS_ONCE,
  type Concern,
  mayAskFor,
} from './questions.ts'
import { isTooBroad, judgeByRules, type RuleVerdict } from './rules/rule-set.ts'
import { isGranted } from './session-grants.ts'

type Command = Extract<ToolAction, { type: 'command' }>

export function decideCommand(input: ActionInput, action: Command): ActionDecision {
  const rules = judgeByRules(input.rules, action.argv)
  const { rule } = rules
  if (rule?.decision === 'forbidden') {
    const why = rule.justification ? `: ${rule.justification}` : ''
    return { type: 'forbidden', reason: `\`${action.command}\` was refused by a rule${why}` }
  }
  const isConfined = input.profile.type === 'managed'
  if (rules.allAllowed) return { type: 'run', bypassSandbox: isConfined }
  const concern =
    rule?.decision === 'prompt' ? promptOf(input, action, rules) : concernOf(input, action, rules)
  if (!concern) return { type: 'run', bypassSandbox: false }
  const mayAsk = mayAskFor(input.policy, concern.kind)
  if (!mayAsk.allowed) return { type: 'forbidden', reason: `${concern.refusal}: ${mayAsk.because}` }
  if (isGranted(input.grants, action))
    return { type: 'run', bypassSandbox: concern.ask.bypassSandboxWhenAccepted }
  return concern.ask
}

/** Leaving the sandbox is what was asked for, or what cannot be helped here. */
function leaves(input: ActionInput, action: Command): boolean {
  return input.profile.type === 'managed' && (action.escalate || !input.sandboxAvailable)
}

function promptOf(input: ActionInput, action: Command, { rule }: RuleVerdict): Concern {
  const justification = rule?.justification ?? 'a rule asks before this command'
  return {
    kind: 'rules',
    refusal: `the command was refused because a rule asks for approval (${justification})`,
    ask: {
      type: 'ask',
      reason: `requires approval: ${justification}`,
      availableDecisions: ANSWERS,
      proposedAmendment: null,
      bypassSandboxWhenAccepted: leaves(input, action),
    },
  }
}

function concernOf(input: ActionInput, action: Command, rules: RuleVerdict): Concern | undefined {
  const isConfined = input.profile.type === 'managed'
  const cannotConfine = isConfined && !input.sandboxAvailable
  const ask = (
    reason: string | null,
    answers: readonly ApprovalDecision[],
    amendment: readonly string[] | null = null,
  ): Concern['ask'] => ({
    type: 'ask',
    // The justification belongs to the wish to leave the sandbox; it must not stand in for a warning of ours.
    reason: (action.escalate ? action.justification : null) ?? reason,
    availableDecisions: amendment ? withAmendment(answers, amendment) : answers,
    proposedAmendment: amendment,
    bypassSandboxWhenAccepted: leaves(input, action),
  })
  const kind = 'sandbox'
  if (isDangerousBeyond(action.argv, rules))
    return {
      kind,
      refusal: 'the command was refused because it deletes by force',
      ask: ask('This command deletes files by force.', ANSWERS_ONCE),
    }
  if (cannotConfine)
    return {
      kind,
      refusal: 'the command was refused because the sandbox is not available on this machine',
      ask: ask(
        'The sandbox is not available here: this command would run unconfined.',
        ANSWERS,
        amendmentOf(input, action, rules),
      ),
    }
  if (isConfined && action.escalate)
    return {
      kind,
      refusal: 'running outside the sandbox was refused',
      ask: ask(null, ANSWERS, amendmentOf(input, action, rules)),
    }
  if (input.policy === 'untrusted' && !isSafeBeyond(input, action, rules))
    return {
      kind,
      refusal: 'the command was refused',
      ask: ask(null, ANSWERS, amendmentOf(input, action, rules)),
    }
  return undefined
}

/** Parts that a rule allows by name are not looked at again. */
function isDangerousBeyond(argv: readonly string[], rules: RuleVerdict): boolean {
  if (!rules.isPlain || rules.matched.length === 0) return isDangerous(argv)
  return rules.unmatched.some(({ words }) => isDangerous(words))
}

function isSafeBeyond(input: ActionInput, action: Command, rules: RuleVerdict): boolean {
  const isSafe =
    rules.isPlain && rules.matched.length > 0
      ? rules.unmatched.every(({ words, hasGlob }) => !hasGlob && isKnownSafe(words))
      : isKnownSafe(action.argv)
  return isSafe && !rules.unmatched.some(({ words }) => readsDenied(input, action, words))
}

function readsDenied(input: ActionInput, action: Command, words: readonly string[]): boolean {
  return words
    .slice(1)
    .filter((word) => !word.startsWith('-'))
    .some((word) => isDeniedRead(input.profile, path.resolve(action.cwd, word), input))
}

/**
 * The words that a rule could allow from now on: as the model proposes where that lets the whole command pass, else
 * the first part of it that is asked about; a script that cannot be taken apart word for word. Null where a rule would
 * let nearly everything pass, or where what it lets pass is not all there in the words.
 */
function amendmentOf(
  input: ActionInput,
  action: Command,
  rules: RuleVerdict,
): readonly string[] | null {
  if (rules.rule !== null || rules.isHeredoc) return null
  const needed =
    input.policy === 'untrusted' && !action.escalate
      ? rules.unmatched.filter(({ words }) => !isKnownSafe(words))
      : rules.unmatched
  const proposed = action.prefixRule
  if (proposed && proposed.length > 0 && !isTooBroad(proposed)) {
    const coversAll = rules.unmatched.every(({ words }) =>
      proposed.every((word, index) => words[index] === word),
    )
    if (coversAll) return proposed
  }
  const [first] = needed
  return !first || first.hasGlob || isTooBroad(first.words) ? null : first.words
}

function withAmendment(
  answers: readonly ApprovalDecision[],
  amendment: readonly string[],
): readonly ApprovalDecision[] {
  const always: ApprovalDecision = {
    acceptWithExecpolicyAmendment: { execpolicy_amendment: [...amendment] },
  }
  const at = answers.indexOf('decline')
  return [...answers.slice(0, at), always, ...answers.slice(at)]
}

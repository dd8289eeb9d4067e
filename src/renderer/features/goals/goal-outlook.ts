// What a goal will probably take: the thread's latest turns, times the automatic turns it may have. Pure.
import type { Result, TokenUsage } from '../../../protocol/index.ts'
import { costText, tokenText } from './goal-words.ts'

const TURNS_LOOKED_AT = 10

export interface Limits {
  /** Null: none. */
  readonly turns: number | null
  readonly tokens: number | null
}

/** A sentence or two; null where no turn is recorded to judge by. `usage.byTurn`: newest first. */
export function outlook(usage: Result<'skein/usage/read'>, limits: Limits): string | null {
  const turns = usage.byTurn.filter(({ turnId }) => turnId !== null).slice(0, TURNS_LOOKED_AT)
  if (turns.length === 0) return null
  const charges = turns.map(chargeOf)
  const each = Math.round(charges.reduce((sum, charge) => sum + charge, 0) / turns.length)
  if (each <= 0) return null
  const latest = turns.length === 1 ? 'The latest turn' : `The latest ${turns.length} turns`
  const perTurn = turns.length === 1 ? '' : ' each'
  const told = [`${latest} took about ${tokenText(each)} tokens${perTurn}.`]
  if (limits.turns !== null) {
    const all = each * limits.turns
    const cost = costOf(usage, all)
    told.push(
      `${limits.turns} automatic ${limits.turns === 1 ? 'turn' : 'turns'}: about ${tokenText(all)} tokens${cost}.`,
    )
  }
  if (limits.tokens !== null) {
    const enough = Math.floor(limits.tokens / each)
    if (limits.turns === null || enough < limits.turns)
      told.push(
        `The token budget is enough for about ${enough} ${enough === 1 ? 'turn' : 'turns'}.`,
      )
  }
  return told.join(' ')
}

/** As a goal counts: what was cached is free. */
function chargeOf(used: TokenUsage): number {
  return used.inputTokens - used.cachedInputTokens + used.outputTokens
}

/** By what the thread's tokens cost so far. */
function costOf({ total, costMicros }: Result<'skein/usage/read'>, tokens: number): string {
  const charged = chargeOf(total)
  if (costMicros === null || charged <= 0) return ''
  return `, ${costText(Math.round((costMicros / charged) * tokens))}`
}

// Reads what a reviewer answered: one JSON object and nothing else. Anything unclear is no answer.
import { z } from 'zod'

const Level = z.enum(['low', 'medium', 'high', 'critical'])

const Answer = z.object({
  risk_level: Level.optional(),
  user_authorization: z.enum(['unknown', 'low', 'medium', 'high']).optional(),
  outcome: z.enum(['allow', 'deny']),
  rationale: z.string().optional(),
})

export interface ReviewVerdict {
  readonly isAllowed: boolean
  readonly riskLevel: z.output<typeof Level>
  readonly userAuthorization: string
  readonly rationale: string
}

const RATIONALE_CHARS_MAX = 2000

/** Undefined when it cannot be read without guessing. */
export function readVerdict(text: string): ReviewVerdict | undefined {
  let value: unknown
  try {
    value = JSON.parse(text.trim())
  } catch {
    return undefined
  }
  const parsed = Answer.safeParse(value)
  if (!parsed.success) return undefined
  const { outcome, risk_level, user_authorization, rationale } = parsed.data
  const isAllowed = outcome === 'allow'
  return {
    isAllowed,
    riskLevel: risk_level ?? (isAllowed ? 'low' : 'high'),
    userAuthorization: user_authorization ?? 'unknown',
    rationale: (rationale ?? '').slice(0, RATIONALE_CHARS_MAX),
  }
}

// Settings > Rules: what commands may do without a question, what is always asked or refused, and the way to take a
// rule back.
import { useCallback, useEffect, useState } from 'react'
import type { ApprovalRule } from '../../../protocol/index.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { RelativeTime } from '../../ui/small.tsx'
import './rules-section.css'
import { showCommand } from './untrusted-text.ts'

const words = {
  allow: 'runs without a question',
  prompt: 'is always asked',
  forbidden: 'is refused',
}

export function RulesSection() {
  const stores = useStores()
  const { approvals } = stores
  const [rules, setRules] = useState<readonly ApprovalRule[] | null>(null)

  const read = useCallback(async () => setRules(await approvals.readRules()), [approvals])
  useEffect(() => {
    void reportFailure(stores, read())
  }, [stores, read])

  async function revoke(ruleId: string): Promise<void> {
    await approvals.deleteRule(ruleId)
    await read()
  }

  if (rules === null) return <p>Reading the rules…</p>
  return (
    <>
      <p className="rules-about">
        A rule decides for every command that begins with its words, in all threads. “Always allow”
        on a question adds one; you can also write them into the files named below.
      </p>
      {rules.length === 0 && <p>There are no rules yet.</p>}
      <ul className="rules" aria-label="Rules">
        {rules.map((rule) => (
          <li key={rule.ruleId} className="rules-row">
            <div>
              <code>{showCommand(patternText(rule)).text}</code> {words[rule.decision]}
              <p className="rules-detail">
                {rule.justification ? `${rule.justification} · ` : ''}
                {usesText(rule.uses)}
                {rule.lastUsedAtMs !== null && (
                  <>
                    , last <RelativeTime atMs={rule.lastUsedAtMs} />
                  </>
                )}{' '}
                · {showCommand(rule.file).text}
              </p>
            </div>
            <Button
              aria-label={`Revoke the rule for ${patternText(rule)}`}
              onClick={() => void reportFailure(stores, revoke(rule.ruleId))}
            >
              Revoke
            </Button>
          </li>
        ))}
      </ul>
    </>
  )
}

function usesText(uses: number): string {
  if (uses === 0) return 'not used yet'
  return uses === 1 ? 'used once' : `used ${uses} times`
}

function patternText({ pattern }: ApprovalRule): string {
  return pattern.map((word) => word.join('|')).join(' ')
}

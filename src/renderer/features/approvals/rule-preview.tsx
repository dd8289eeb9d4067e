// Shows a rule before it is made: what it will let pass from now on, and what not.
import { Button } from '../../ui/button.tsx'
import { showCommand } from './untrusted-text.ts'

export interface RulePreviewProps {
  rule: readonly string[]
  onConfirm: () => void
  onBack: () => void
}

export function RulePreview({ rule, onConfirm, onBack }: RulePreviewProps) {
  const prefix = showCommand(rule.join(' ')).text
  const shorter = showCommand(rule.slice(0, -1).join(' ')).text
  return (
    <div className="rule">
      <p>
        From now on, in every thread, commands that begin with these words run without a question:
      </p>
      <pre className="rule-words">{prefix}</pre>
      <dl className="rule-examples">
        <dt>allowed</dt>
        <dd>
          <code>{prefix}</code>, <code>{prefix} --anything</code>
        </dd>
        <dt>still asks</dt>
        <dd>
          <code>{shorter ? `${shorter} something-else` : `sudo ${prefix}`}</code>,{' '}
          <code>{prefix} && other</code>
        </dd>
      </dl>
      <div className="approval-answers">
        <Button onClick={onBack}>Other answers</Button>
        <Button variant="primary" data-testid="decide:always:confirm" onClick={onConfirm}>
          Save rule and allow
        </Button>
      </div>
    </div>
  )
}

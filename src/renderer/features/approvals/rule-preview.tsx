// Shows a rule before it is made: what it will let pass from now on, and what not. It can be made narrower, not wider.
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import '../../ui/field.css'
import { scriptOf } from './decisions.ts'
import { showCommand } from './untrusted-text.ts'

export interface RulePreviewProps {
  /** The words a command would have to begin with. */
  proposed: readonly string[]
  onConfirm: (rule: readonly string[]) => void
  onBack: () => void
}

export function RulePreview({ proposed, onConfirm, onBack }: RulePreviewProps) {
  const [more, setMore] = useState('')
  const script = scriptOf(proposed)
  const rule = [...proposed, ...more.split(/\s+/).filter((word) => word !== '')]
  return (
    <form
      className="rule"
      onSubmit={(event) => {
        event.preventDefault()
        onConfirm(rule)
      }}
    >
      {script === null ? (
        <PrefixRule rule={rule} more={more} onMore={setMore} />
      ) : (
        <ScriptRule script={script} />
      )}
      <div className="approval-answers">
        <Button onClick={onBack}>Other answers</Button>
        <Button variant="primary" type="submit" data-testid="decide:always:confirm">
          Save rule and allow
        </Button>
      </div>
    </form>
  )
}

/** What follows a script are its own arguments: a rule with it is about this script alone. */
function ScriptRule({ script }: { script: string }) {
  return (
    <>
      <p>
        From now on, in every thread, this script runs without a question and outside of the sandbox
        when it is the same letter by letter. Every other one still asks.
      </p>
      <pre className="rule-words">{showCommand(script).text}</pre>
    </>
  )
}

interface PrefixRuleProps {
  rule: readonly string[]
  more: string
  onMore: (more: string) => void
}

function PrefixRule({ rule, more, onMore }: PrefixRuleProps) {
  const prefix = showCommand(rule.join(' ')).text
  const shorter = showCommand(rule.slice(0, -1).join(' ')).text
  return (
    <>
      <p>
        From now on, in every thread, commands that begin with these words run without a question
        and outside of the sandbox:
      </p>
      <pre className="rule-words">{prefix}</pre>
      <label className="rule-more">
        Only when these words follow
        <input
          className="field field-small field-mono"
          placeholder="any"
          spellCheck={false}
          autoComplete="off"
          value={more}
          onChange={(event) => onMore(event.target.value)}
        />
      </label>
      <dl className="rule-examples">
        <dt>allowed</dt>
        <dd>
          <code>{prefix}</code>, <code>{prefix} --anything</code>, <code>{prefix} more words</code>
        </dd>
        <dt>still asks</dt>
        <dd>
          <code>{shorter ? `${shorter} something-else` : `sudo ${prefix}`}</code>,{' '}
          <code>{prefix} && other</code>
        </dd>
      </dl>
    </>
  )
}

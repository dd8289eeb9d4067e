// One tool of a server, to be called by hand: a form made from its schema, and what came back.
import { useState } from 'react'
import {
  formFields,
  formProblems,
  type McpCallResult,
  type McpTool,
} from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import type { McpStore } from '../../state/mcp-store.ts'
import { Button } from '../../ui/button.tsx'
import { Spinner } from '../../ui/small.tsx'
import { ContentList } from './result-view.tsx'
import { initialValues, SchemaForm } from './schema-form.tsx'

export interface ToolWorkProps {
  store: McpStore
  server: string
  tool: McpTool
}

type Outcome =
  | { readonly kind: 'running' }
  | { readonly kind: 'result'; readonly result: McpCallResult }
  | { readonly kind: 'problem'; readonly text: string }

export function ToolWork({ store, server, tool }: ToolWorkProps) {
  const fields = formFields(tool.inputSchema)
  const [values, setValues] = useState(() => initialValues(fields))
  const [isTried, setIsTried] = useState(false)
  const [outcome, setOutcome] = useState<Outcome | null>(null)

  async function call(): Promise<void> {
    setIsTried(true)
    if (Object.keys(formProblems(fields, values)).length > 0) return
    setOutcome({ kind: 'running' })
    try {
      setOutcome({ kind: 'result', result: await store.call(server, tool.name, values) })
    } catch (error) {
      setOutcome({ kind: 'problem', text: messageOf(error) })
    }
  }

  return (
    <form
      className="approval-form"
      aria-label={`Call ${tool.name}`}
      onSubmit={(event) => {
        event.preventDefault()
        void call()
      }}
    >
      {tool.description && <p className="mcp-facts">{tool.description}</p>}
      <SchemaForm fields={fields} values={values} showsProblems={isTried} onChange={setValues} />
      <div>
        <Button
          type="submit"
          size="small"
          variant="primary"
          disabledReason={outcome?.kind === 'running' ? 'The tool is running' : undefined}
        >
          Call
        </Button>
      </div>
      <div aria-live="polite">{outcome && <OutcomeView outcome={outcome} />}</div>
    </form>
  )
}

function OutcomeView({ outcome }: { outcome: Outcome }) {
  switch (outcome.kind) {
    case 'running':
      return (
        <p className="mcp-facts">
          <Spinner /> Running…
        </p>
      )
    case 'problem':
      return <p className="mcp-problem">{outcome.text}</p>
    case 'result':
      return (
        <>
          {outcome.result.isError && <p className="mcp-problem">The tool says that it failed.</p>}
          <ContentList content={outcome.result.content} />
          {outcome.result.structuredContent !== undefined && (
            <ContentList content={[outcome.result.structuredContent]} />
          )}
        </>
      )
  }
}

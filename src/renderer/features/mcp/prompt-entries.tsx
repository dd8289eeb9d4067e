// Prompts of a server: texts with blanks. Filled in, one is looked at and put into the message.
import { useEffect, useState } from 'react'
import type { McpPrompt, McpPromptMessage, McpServerStatus } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import type { McpStore } from '../../state/mcp-store.ts'
import { Button } from '../../ui/button.tsx'
import { DisclosedEntry } from './disclosed-entry.tsx'
import { ContentList } from './result-view.tsx'

export interface PromptEntriesProps {
  store: McpStore
  server: McpServerStatus
  /** Puts words into the message; absent where there is none to put them into. */
  onUse: ((words: string) => void) | undefined
}

export function PromptEntries({ store, server, onUse }: PromptEntriesProps) {
  const prompts = usePrompts(store, server)
  if (prompts.length === 0) return null
  return (
    <>
      <h3 className="mcp-heading">Prompts</h3>
      <ul className="mcp-entries" aria-label={`Prompts of ${server.name}`}>
        {prompts.map((prompt) => (
          <DisclosedEntry
            key={prompt.name}
            head={
              <>
                <code>{prompt.name}</code>
                {prompt.title && <span className="mcp-entry-aside">{prompt.title}</span>}
              </>
            }
          >
            <PromptForm store={store} server={server.name} prompt={prompt} onUse={onUse} />
          </DisclosedEntry>
        ))}
      </ul>
    </>
  )
}

/** Asked for while the server is there; one that cannot tell offers none. */
function usePrompts(store: McpStore, { name, runtimeStatus }: McpServerStatus) {
  const [prompts, setPrompts] = useState<readonly McpPrompt[]>([])
  useEffect(() => {
    if (runtimeStatus !== 'connected') return
    let isWanted = true
    store.prompts(name).then(
      (read) => isWanted && setPrompts(read),
      () => isWanted && setPrompts([]),
    )
    return () => {
      isWanted = false
    }
  }, [store, name, runtimeStatus])
  return prompts
}

interface PromptFormProps extends Pick<PromptEntriesProps, 'store' | 'onUse'> {
  server: string
  prompt: McpPrompt
}

function PromptForm({ store, server, prompt, onUse }: PromptFormProps) {
  const { name, description } = prompt
  const blanks = prompt.arguments ?? []
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const [outcome, setOutcome] = useState<readonly McpPromptMessage[] | string | null>(null)
  const missing = blanks.find((blank) => blank.required && !values[blank.name])

  async function fill(): Promise<void> {
    const given = Object.entries(values).filter(([, value]) => value !== '')
    try {
      setOutcome(await store.fillPrompt(server, name, Object.fromEntries(given)))
    } catch (error) {
      setOutcome(messageOf(error))
    }
  }

  return (
    <form
      className="schema-form"
      aria-label={`Prompt ${name}`}
      onSubmit={(event) => {
        event.preventDefault()
        if (!missing) void fill()
      }}
    >
      {description && <p className="mcp-facts">{description}</p>}
      {blanks.map((blank) => (
        <label key={blank.name} className="schema-field">
          {blank.name}
          <input
            className="field field-small"
            placeholder={blank.description ?? ''}
            aria-required={blank.required ?? false}
            value={values[blank.name] ?? ''}
            onChange={(event) => setValues({ ...values, [blank.name]: event.target.value })}
          />
        </label>
      ))}
      <div>
        <Button
          type="submit"
          size="small"
          disabledReason={missing ? `Fill in ${missing.name} first` : undefined}
        >
          Show
        </Button>
      </div>
      {outcome !== null && (
        <div aria-live="polite">
          {typeof outcome === 'string' ? (
            <p className="mcp-problem">{outcome}</p>
          ) : (
            <>
              <ContentList content={outcome.map(({ content }) => content)} />
              {onUse && (
                <Button size="small" onClick={() => onUse(wordsOf(outcome))}>
                  Put into the message
                </Button>
              )}
            </>
          )}
        </div>
      )}
    </form>
  )
}

function wordsOf(messages: readonly McpPromptMessage[]): string {
  return messages
    .flatMap(({ content }) => (typeof content.text === 'string' ? [content.text] : []))
    .join('\n\n')
}

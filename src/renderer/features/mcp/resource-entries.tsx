// Resources of a server: read in place, or mentioned in the message. Templates are addresses with blanks to fill in.
import { AtSign } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import type { McpContents, McpResourceTemplate, McpServerStatus } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import type { McpStore } from '../../state/mcp-store.ts'
import { Button } from '../../ui/button.tsx'
import { DisclosedEntry } from './disclosed-entry.tsx'
import { ResourceView } from './result-view.tsx'
import { blanksOf, filled } from './uri-template.ts'

export interface ResourceEntriesProps {
  store: McpStore
  server: McpServerStatus
  /** Puts a mention into the message; absent where there is none to put it into. */
  onMention: ((name: string, uri: string) => void) | undefined
}

export function ResourceEntries({ store, server, onMention }: ResourceEntriesProps) {
  const { name: serverName, resources, resourceTemplates } = server
  if (resources.length + resourceTemplates.length === 0) return null
  return (
    <>
      <h3 className="mcp-heading">Resources</h3>
      <ul className="mcp-entries" aria-label={`Resources of ${serverName}`}>
        {resources.map(({ uri, name, title }) => (
          <DisclosedEntry key={uri} head={<Head name={title ?? name} aside={uri} />}>
            <Contents store={store} server={serverName} uri={uri}>
              {onMention && <MentionButton onMention={() => onMention(title ?? name, uri)} />}
            </Contents>
          </DisclosedEntry>
        ))}
        {resourceTemplates.map((template) => (
          <DisclosedEntry
            key={template.uriTemplate}
            head={<Head name={template.title ?? template.name} aside={template.uriTemplate} />}
          >
            <TemplateForm store={store} server={serverName} template={template} />
          </DisclosedEntry>
        ))}
      </ul>
    </>
  )
}

function Head({ name, aside }: { name: string; aside: string }) {
  return (
    <>
      {name}
      <span className="mcp-entry-aside">{aside}</span>
    </>
  )
}

function MentionButton({ onMention }: { onMention: () => void }) {
  return (
    <div>
      <Button size="small" icon={<AtSign size={13} aria-hidden />} onClick={onMention}>
        Mention in the message
      </Button>
    </div>
  )
}

interface ContentsProps {
  store: McpStore
  server: string
  uri: string
  children?: ReactNode
}

function Contents({ store, server, uri, children }: ContentsProps) {
  const [shown, setShown] = useState<readonly McpContents[] | string>('Reading…')
  useEffect(() => {
    let isWanted = true
    store.read(server, uri).then(
      (read) => isWanted && setShown(read),
      (error: unknown) => isWanted && setShown(messageOf(error)),
    )
    return () => {
      isWanted = false
    }
  }, [store, server, uri])
  return (
    <div aria-live="polite">
      {typeof shown === 'string' ? (
        <p className="mcp-facts">{shown}</p>
      ) : (
        <ResourceView contents={shown} />
      )}
      {children}
    </div>
  )
}

interface TemplateFormProps {
  store: McpStore
  server: string
  template: McpResourceTemplate
}

function TemplateForm({ store, server, template }: TemplateFormProps) {
  const { uriTemplate, name, description } = template
  const blanks = blanksOf(uriTemplate)
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const [uri, setUri] = useState<string | null>(null)
  const missing = blanks.find((blank) => !values[blank])
  return (
    <form
      className="schema-form"
      aria-label={`Read ${name}`}
      onSubmit={(event) => {
        event.preventDefault()
        if (missing === undefined) setUri(filled(uriTemplate, values))
      }}
    >
      {description && <p className="mcp-facts">{description}</p>}
      {blanks.map((blank) => (
        <label key={blank} className="schema-field">
          {blank}
          <input
            className="field field-small"
            value={values[blank] ?? ''}
            onChange={(event) => setValues({ ...values, [blank]: event.target.value })}
          />
        </label>
      ))}
      <div>
        <Button
          type="submit"
          size="small"
          disabledReason={missing === undefined ? undefined : `Fill in ${missing} first`}
        >
          Read
        </Button>
      </div>
      {uri !== null && <Contents key={uri} store={store} server={server} uri={uri} />}
    </form>
  )
}

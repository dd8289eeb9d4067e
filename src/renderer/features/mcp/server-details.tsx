// What one server offers: its tools to call, its resources to read, and its last words.
import { useState } from 'react'
import type { McpContents, McpServerStatus, McpTool } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import type { McpStore } from '../../state/mcp-store.ts'
import { Badge } from '../../ui/small.tsx'
import { ResourceView } from './result-view.tsx'
import { ToolWork } from './tool-work.tsx'

export interface ServerDetailsProps {
  store: McpStore
  server: McpServerStatus
}

export function ServerDetails({ store, server }: ServerDetailsProps) {
  const tools = Object.values(server.tools)
  const [search, setSearch] = useState('')
  const found = tools.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()))
  return (
    <>
      {tools.length > 0 && <h3 className="mcp-heading">Tools</h3>}
      {tools.length > 8 && (
        <input
          type="search"
          className="field field-small"
          aria-label={`Search tools of ${server.name}`}
          placeholder="Search tools"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      <ul className="mcp-entries" aria-label={`Tools of ${server.name}`}>
        {found.map((tool) => (
          <ToolEntry
            key={tool.name}
            store={store}
            server={server.name}
            tool={tool}
            mode={server.skein?.approvalModes[tool.name] ?? 'auto'}
          />
        ))}
      </ul>
      {server.resources.length > 0 && <h3 className="mcp-heading">Resources</h3>}
      <ul className="mcp-entries" aria-label={`Resources of ${server.name}`}>
        {server.resources.map((resource) => (
          <ResourceEntry
            key={resource.uri}
            store={store}
            server={server.name}
            uri={resource.uri}
            name={resource.title ?? resource.name}
          />
        ))}
        {server.resourceTemplates.map(({ uriTemplate, name }) => (
          <li key={uriTemplate} className="mcp-facts">
            {name}: <code>{uriTemplate}</code>
          </li>
        ))}
      </ul>
      {server.skein?.warnings.map((warning) => (
        <p key={warning} className="mcp-problem">
          {warning}
        </p>
      ))}
      {(server.skein?.log.length ?? 0) > 0 && (
        <details className="mcp-log">
          <summary>Log</summary>
          <pre className="mcp-result">{server.skein?.log.join('\n')}</pre>
        </details>
      )}
    </>
  )
}

interface ToolEntryProps {
  store: McpStore
  server: string
  tool: McpTool
  mode: string
}

function ToolEntry({ store, server, tool, mode }: ToolEntryProps) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <li>
      <button
        type="button"
        className="mcp-entry"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        <code>{tool.name}</code>
        {tool.annotations?.readOnlyHint && <Badge>read-only</Badge>}
        {mode !== 'auto' && <Badge>{mode}</Badge>}
        {tool.title && <span className="mcp-entry-aside">{tool.title}</span>}
      </button>
      {isOpen && <ToolWork store={store} server={server} tool={tool} />}
    </li>
  )
}

interface ResourceEntryProps {
  store: McpStore
  server: string
  uri: string
  name: string
}

function ResourceEntry({ store, server, uri, name }: ResourceEntryProps) {
  const [shown, setShown] = useState<readonly McpContents[] | string | null>(null)
  async function toggle(): Promise<void> {
    if (shown !== null) return setShown(null)
    setShown('Reading…')
    try {
      setShown(await store.read(server, uri))
    } catch (error) {
      setShown(messageOf(error))
    }
  }
  return (
    <li>
      <button
        type="button"
        className="mcp-entry"
        aria-expanded={shown !== null}
        onClick={() => void toggle()}
      >
        {name}
        <span className="mcp-entry-aside">{uri}</span>
      </button>
      {shown !== null && (
        <div className="mcp-work" aria-live="polite">
          {typeof shown === 'string' ? (
            <p className="mcp-facts">{shown}</p>
          ) : (
            <ResourceView contents={shown} />
          )}
        </div>
      )}
    </li>
  )
}

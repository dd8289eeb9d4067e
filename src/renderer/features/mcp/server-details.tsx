// What one server offers: tools to call, resources to read, prompts to fill in; its latest calls, and its last words.
import { useState } from 'react'
import type { McpServerStatus, McpTool } from '../../../protocol/index.ts'
import type { McpStore } from '../../state/mcp-store.ts'
import { Badge } from '../../ui/small.tsx'
import { composerOf } from '../composer/composer-store.ts'
import { useOpenThread } from '../threads/use-open-thread.ts'
import { DisclosedEntry } from './disclosed-entry.tsx'
import { PromptEntries } from './prompt-entries.tsx'
import { RecentCalls } from './recent-calls.tsx'
import { ResourceEntries } from './resource-entries.tsx'
import { ToolWork } from './tool-work.tsx'

export interface ServerDetailsProps {
  store: McpStore
  server: McpServerStatus
}

export function ServerDetails({ store, server }: ServerDetailsProps) {
  const thread = useOpenThread()
  const composer = thread && composerOf(thread, localStorage)
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
      <ResourceEntries
        store={store}
        server={server}
        onMention={composer && ((name, path) => composer.attach({ kind: 'mention', name, path }))}
      />
      <PromptEntries
        store={store}
        server={server}
        onUse={composer && ((words) => composer.type(composer.getState().text + words))}
      />
      <RecentCalls server={server} />
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
  return (
    <DisclosedEntry
      head={
        <>
          <code>{tool.name}</code>
          {tool.annotations?.readOnlyHint && <Badge>read-only</Badge>}
          {mode !== 'auto' && <Badge>{mode}</Badge>}
          {tool.title && <span className="mcp-entry-aside">{tool.title}</span>}
        </>
      }
    >
      <ToolWork store={store} server={server} tool={tool} />
    </DisclosedEntry>
  )
}

// The right panel: what the thread changed, under which settings it works, and its plan.
import * as Ariakit from '@ariakit/react'
import { X } from 'lucide-react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { InspectorTab } from '../../state/ui-store.ts'
import { IconButton } from '../../ui/button.tsx'
import { GoalTab } from '../goals/goal-tab.tsx'
import { useOpenThread } from '../threads/use-open-thread.ts'
import { ChangesTab } from './changes-tab.tsx'
import { ConfigTab } from './config-tab.tsx'
import '../../ui/field.css'
import './inspector.css'
import { McpTab } from './mcp-tab.tsx'
import { PlanTab } from './plan-tab.tsx'
import { TerminalTab } from './terminal-tab.tsx'
import { UsageTab } from './usage-tab.tsx'

const tabs: readonly { id: InspectorTab; title: string }[] = [
  { id: 'changes', title: 'Changes' },
  { id: 'config', title: 'Config' },
  { id: 'goal', title: 'Goal' },
  { id: 'plan', title: 'Plan' },
  { id: 'mcp', title: 'MCP' },
  { id: 'usage', title: 'Usage' },
  { id: 'terminal', title: 'Terminal' },
]

export function Inspector() {
  const { ui } = useStores()
  const selected = useSelector(ui, (state) => state.inspectorTab)
  const thread = useOpenThread()
  return (
    <Ariakit.TabProvider
      selectedId={selected}
      setSelectedId={(id) => {
        const tab = tabs.find((candidate) => candidate.id === id)
        if (tab) ui.actions.inspect(tab.id, ui.getState().inspectedTurnId ?? undefined)
      }}
    >
      <div className="inspector-head">
        <Ariakit.TabList aria-label="Inspector" className="inspector-tabs">
          {tabs.map(({ id, title }) => (
            <Ariakit.Tab key={id} id={id} className="inspector-tab" data-testid={`tab:${id}`}>
              {title}
            </Ariakit.Tab>
          ))}
        </Ariakit.TabList>
        <IconButton
          size="small"
          label="Close inspector"
          icon={<X size={14} aria-hidden />}
          onClick={() => ui.actions.togglePanel('inspector')}
        />
      </div>
      {tabs.map(({ id }) => (
        <Ariakit.TabPanel key={id} tabId={id} className="inspector-panel" unmountOnHide>
          {thread ? (
            <TabContent tab={id} store={thread} />
          ) : (
            <p className="inspector-empty">Open a thread to see this.</p>
          )}
        </Ariakit.TabPanel>
      ))}
    </Ariakit.TabProvider>
  )
}

function TabContent({
  tab,
  store,
}: {
  tab: InspectorTab
  store: Parameters<typeof PlanTab>[0]['store']
}) {
  switch (tab) {
    case 'changes':
      return <ChangesTab store={store} />
    case 'config':
      return <ConfigTab store={store} />
    case 'goal':
      return <GoalTab store={store} />
    case 'plan':
      return <PlanTab store={store} />
    case 'usage':
      return <UsageTab store={store} />
    case 'terminal':
      return <TerminalTab store={store} />
    case 'mcp':
      return <McpTab store={store} />
  }
}

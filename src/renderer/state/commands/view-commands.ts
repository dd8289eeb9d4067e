// Commands about what the window shows, and help.
import type { Theme } from '../ui-store.ts'
import { type Command, command, onThread } from './command.ts'

export const viewCommands: readonly Command[] = [
  command('view.sidebar', 'Toggle sidebar', 'View', ['Mod+B'], ({ stores }) =>
    stores.ui.actions.togglePanel('sidebar'),
  ),
  command('view.inspector', 'Toggle inspector', 'View', ['Mod+Alt+B'], ({ stores }) =>
    stores.ui.actions.togglePanel('inspector'),
  ),
  onThread('view.changes', 'Show changes', 'View', ['Mod+Shift+D'], ({ stores }) =>
    stores.ui.actions.inspect('changes'),
  ),
  onThread('view.config', 'Show configuration', 'View', ['Mod+Shift+Y'], ({ stores }) =>
    stores.ui.actions.inspect('config'),
  ),
  onThread('view.preview', 'What would change', 'View', ['Mod+Alt+Y'], ({ stores }) =>
    stores.ui.actions.openDialog({ kind: 'preview' }),
  ),
  onThread('view.goal', 'Show goal', 'View', [], ({ stores }) => stores.ui.actions.inspect('goal')),
  onThread('view.plan', 'Show plan', 'View', [], ({ stores }) => stores.ui.actions.inspect('plan')),
  onThread('view.usage', 'Show usage', 'View', [], ({ stores }) =>
    stores.ui.actions.inspect('usage'),
  ),
  onThread('view.mcp', 'Show MCP servers', 'View', [], ({ stores }) =>
    stores.ui.actions.inspect('mcp'),
  ),
  onThread('view.terminal', 'Show terminals', 'View', [], ({ stores }) =>
    stores.ui.actions.inspect('terminal'),
  ),
  themeCommand('system', 'Theme: same as system'),
  themeCommand('light', 'Theme: light'),
  themeCommand('dark', 'Theme: dark'),
  command('help.shortcuts', 'Keyboard shortcuts', 'Help', ['Mod+/'], ({ stores }) =>
    stores.ui.actions.openDialog({ kind: 'shortcuts' }),
  ),
]

function themeCommand(theme: Theme, title: string): Command {
  return command(`view.theme.${theme}`, title, 'View', [], ({ stores }) =>
    stores.ui.actions.setTheme(theme),
  )
}

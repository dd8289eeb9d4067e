// Settings > Shortcuts: every key, as the dialog shows them too.
import { ShortcutList } from '../shell/shortcut-list.tsx'

export function ShortcutsSection() {
  return <ShortcutList Heading="h2" />
}

// Every shortcut of the window, and the keys that mean something inside a part of it.
import type { Command } from '../../state/commands/command.ts'
import { commands } from '../../state/commands/commands.ts'
import { isMac, showKeys } from '../../state/shortcut-keys.ts'
import { KeyHint } from '../../ui/small.tsx'
import './shortcut-list.css'

const sections: readonly Command['section'][] = ['Thread', 'Go to', 'View', 'Help']

/** Handled by the part itself, so not in the list of commands. */
const insideParts: readonly (readonly [title: string, keys: string])[] = [
  ['Send, or the preferred of queue and steer', 'Enter'],
  ['The other of queue and steer', 'Mod+Enter'],
  ['New line', 'Shift+Enter'],
  ['Next permissions', 'Shift+Tab'],
  ['Next card', 'J'],
  ['Former card', 'K'],
  ['Allow once', 'A'],
  ['Allow for this session', 'S'],
  ['Always allow…', 'R'],
  ['Decline', 'D'],
  ['Stop turn', 'X'],
]

interface ShortcutListProps {
  /** Of its groups: one below the heading it stands under. */
  Heading: 'h2' | 'h3'
}

export function ShortcutList({ Heading }: ShortcutListProps) {
  const mac = isMac(navigator.platform)
  return (
    <div className="shortcut-help">
      {sections.map((section) => (
        <ShortcutSection
          key={section}
          Heading={Heading}
          title={section}
          rows={rowsOf(section).map(({ title, keys }) => [title, showKeys(keys, mac)])}
        />
      ))}
      <ShortcutSection
        Heading={Heading}
        title="In the message field and on an approval"
        rows={insideParts.map(([title, keys]) => [title, showKeys(keys, mac)])}
      />
    </div>
  )
}

function rowsOf(section: Command['section']): { title: string; keys: string }[] {
  return commands
    .filter((command) => command.section === section && !/^go\.place[2-9]$/.test(command.id))
    .flatMap(({ id, title, keys }) => {
      // Nine commands, one line.
      if (id === 'go.place1') return [{ title: 'Thread 1 to 9 in list', keys: 'Mod+1…9' }]
      return keys[0] === undefined ? [] : [{ title, keys: keys[0] }]
    })
}

interface ShortcutSectionProps extends ShortcutListProps {
  title: string
  rows: (readonly string[])[]
}

function ShortcutSection({ Heading, ...props }: ShortcutSectionProps) {
  return (
    <section className="shortcut-section">
      <Heading className="shortcut-heading">{props.title}</Heading>
      <dl>
        {props.rows.map(([title, keys]) => (
          <div key={title} className="shortcut-row">
            <dt>{title}</dt>
            <dd>
              <KeyHint>{keys}</KeyHint>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

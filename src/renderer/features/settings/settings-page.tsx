// Settings, in place of the thread: the list of sections, and the one that is open.
import { ArrowLeft } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import '../../ui/field.css'
import { settingsSections } from './sections.tsx'
import './settings-page.css'

export function SettingsPage({ section }: { section: string }) {
  const { ui } = useStores()
  const title = useRef<HTMLHeadingElement>(null)
  const shown = settingsSections.find(({ id }) => id === section)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another section has another title.
  useEffect(() => title.current?.focus(), [section])
  useCloseByEscape()
  return (
    <>
      <nav aria-label="Sections of Settings" className="settings-nav" data-region>
        <Button
          variant="quiet"
          icon={<ArrowLeft size={15} aria-hidden />}
          onClick={ui.actions.closeSettings}
        >
          Back to threads
        </Button>
        <ul className="settings-list">
          {settingsSections.map(({ id, title, Icon }) => (
            <li key={id}>
              <button
                type="button"
                className="settings-link"
                aria-current={id === section ? 'page' : undefined}
                data-testid={`settings:${id}`}
                onClick={() => ui.actions.openSettings(id)}
              >
                <Icon size={15} aria-hidden />
                {title}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys. */}
      <main aria-label="Settings" className="frame-main settings-main" data-region tabIndex={0}>
        <div className="settings-page">
          <h1 ref={title} tabIndex={-1} className="settings-title" data-region-start>
            {shown?.title ?? 'No such section'}
          </h1>
          {shown ? (
            <shown.Page />
          ) : (
            <p className="settings-text">
              There is no section named “{section}”. Choose one from the list.
            </p>
          )}
        </div>
      </main>
    </>
  )
}

function useCloseByEscape(): void {
  const { ui } = useStores()
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isElsewhere = document.querySelector('dialog:modal, [role="menu"]') !== null
      if (event.key === 'Escape' && !event.defaultPrevented && !isElsewhere) {
        ui.actions.closeSettings()
      }
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [ui])
}

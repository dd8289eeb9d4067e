// Shift+Tab in the message field goes to the next permission mode. Escape gives Tab and Shift+Tab back their meaning
// until the field is left, so that nobody is caught in it.
import { type KeyboardEvent, useRef } from 'react'
import { useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import type { ComposerStore } from './composer-store.ts'
import { effective, nextPermissions, permissionWords } from './overrides.ts'

export function usePermissionKeys(store: ThreadStore, composer: ComposerStore) {
  const { config, ui } = useStores()
  const isReleased = useRef(false)
  const wasTold = useRef(false)

  /** True when the key was taken. */
  function press(event: KeyboardEvent): boolean {
    if (event.key === 'Escape') {
      isReleased.current = true
      if (!wasTold.current) ui.actions.announce('Tab and Shift Tab move the focus now')
      wasTold.current = true
      return false
    }
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey
    if (event.key !== 'Tab' || !event.shiftKey || !isPlain || isReleased.current) return false
    const { settings } = store.getState()
    if (!settings) return false
    const { permissions } = effective(settings, composer.getState().chosen)
    const next = nextPermissions(config.getState().profiles, permissions)
    if (next === null) return false
    event.preventDefault()
    composer.choose({ permissions: next })
    ui.actions.announce(`permissions: ${permissionWords(next, settings)}`)
    return true
  }

  return {
    press,
    leave: () => {
      isReleased.current = false
    },
  }
}

// Connects the keyboard to the commands, and says how their keys are written on this system.
import { useEffect } from 'react'
import type { CommandContext } from '../../state/commands/command.ts'
import { commandOf, findCommand } from '../../state/commands/commands.ts'
import { isMac, showKeys } from '../../state/shortcut-keys.ts'
import type { Stores } from '../../state/stores.ts'
import { useStores } from '../../state/stores-context.tsx'
import { cycleRegions } from './regions.ts'
import { focusPart } from './window-parts.ts'

const mac = isMac(navigator.platform)

/** The keys of a command as this system writes them; undefined when it has none. */
export function shownKeys(commandId: string): string | undefined {
  const keys = findCommand(commandId)?.keys[0]
  return keys === undefined ? undefined : showKeys(keys, mac)
}

export function commandContext(stores: Stores): CommandContext {
  return { stores, mac, focus: focusPart, cycleRegions }
}

export function useShortcuts(): void {
  const stores = useStores()
  useEffect(() => {
    const context = commandContext(stores)
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isDialogOpen()) return
      const command = commandOf(event, mac, isTextField(event.target))
      if (!command) return
      event.preventDefault()
      if (command.blockedBy(context) === null) command.run(context)
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [stores])
}

/** A modal dialog has the keyboard to itself. */
function isDialogOpen(): boolean {
  return document.querySelector('dialog:modal') !== null
}

function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches('input, textarea, [contenteditable="true"]')
  )
}

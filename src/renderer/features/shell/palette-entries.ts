// What the palette offers for a query. Without one: every command, and the threads used last.
import { go as fuzzyFind } from 'fuzzysort'
import type { Thread } from '../../../protocol/index.ts'
import type { Command, CommandContext } from '../../state/commands/command.ts'
import { commands } from '../../state/commands/commands.ts'
import { isDemo } from '../../state/config-store.ts'
import { showKeys } from '../../state/shortcut-keys.ts'
import { titleOf } from '../../state/thread-state.ts'
import { settingsSections } from '../settings/sections.tsx'
import { DEMO_LABEL } from '../threads/demo-label.tsx'
import { folderName } from '../threads/folder-name.ts'

interface EntryBase {
  readonly id: string
  readonly title: string
  readonly detail: string
  readonly keys: string | undefined
  readonly blockedBy: string | null
}

export type PaletteEntry = EntryBase &
  (
    | { readonly kind: 'command'; readonly command: Command }
    | { readonly kind: 'thread'; readonly threadId: string }
    | { readonly kind: 'settings'; readonly section: string }
  )

const RECENT_THREADS = 5
const FOUND_MAX = 50
/** In the list by number they would only be in the way. */
const HIDDEN = /^go\.(palette|place\d)$/

/** `>` asks for commands alone, `@` for threads, `:` for sections of Settings, `?` for the keyboard shortcuts. */
export function findEntries(
  query: string,
  threads: readonly Thread[],
  context: CommandContext,
): readonly PaletteEntry[] {
  const prefix = /^[>@:?]/.exec(query)?.[0] ?? ''
  const words = query.slice(prefix.length).trim()
  const candidates = [
    ...(prefix === '@' || prefix === ':' ? [] : commandEntries(context, prefix === '?')),
    ...(prefix === '' || prefix === ':' ? settingsEntries() : []),
    ...(prefix === '' || prefix === '@' ? threadEntries(threads, context) : []),
  ]
  if (words !== '') {
    return fuzzyFind(words, candidates, {
      keys: ['title', 'detail'],
      limit: FOUND_MAX,
      threshold: 0.3,
    }).map((found) => found.obj)
  }
  if (prefix !== '') return candidates.slice(0, FOUND_MAX)
  const recent = threadEntries(threads.slice(0, RECENT_THREADS), context)
  return [...recent, ...commandEntries(context, false)]
}

function commandEntries(context: CommandContext, onlyWithKeys: boolean): PaletteEntry[] {
  return commands
    .filter(({ id, keys }) => !HIDDEN.test(id) && (keys.length > 0 || !onlyWithKeys))
    .map((command) => ({
      kind: 'command',
      command,
      id: command.id,
      title: command.title,
      detail: command.section,
      keys: command.keys[0] && showKeys(command.keys[0], context.mac),
      blockedBy: command.blockedBy(context),
    }))
}

function settingsEntries(): PaletteEntry[] {
  return settingsSections.map(({ id, title }) => ({
    kind: 'settings',
    section: id,
    id: `settings.${id}`,
    title: `Settings: ${title}`,
    detail: 'Settings',
    keys: undefined,
    blockedBy: null,
  }))
}

function threadEntries(threads: readonly Thread[], { stores }: CommandContext): PaletteEntry[] {
  const { models } = stores.config.getState()
  return threads.map((thread) => ({
    kind: 'thread',
    threadId: thread.id,
    id: thread.id,
    title: titleOf(thread),
    detail: isDemo(models, thread.modelProvider) ? DEMO_LABEL : folderName(thread.cwd),
    keys: undefined,
    blockedBy: null,
  }))
}

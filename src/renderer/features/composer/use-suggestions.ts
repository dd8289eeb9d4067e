// What the message field suggests while a command or the mention of a file is typed, and what choosing does.
import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react'
import type { FoundFile } from '../../../protocol/index.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { usePicker } from '../../ui/picker.tsx'
import { commandContext } from '../shell/use-shortcuts.ts'
import type { ComposerStore } from './composer-store.ts'
import { emptyDraft } from './draft.ts'
import { slashCommands } from './slash-commands.ts'
import { type Trigger, triggerAt, withoutTrigger } from './suggest-trigger.ts'
import { useFoundFiles } from './use-found-files.ts'

export interface Suggestion {
  readonly id: string
  readonly kind: 'command' | 'file' | 'folder'
  readonly title: string
  readonly detail: string
  /** Why it cannot be chosen now. */
  readonly blockedBy: string | null
  choose(): void
}

export type Suggestions = ReturnType<typeof useSuggestions>

export function useSuggestions(
  store: ThreadStore,
  composer: ComposerStore,
  field: RefObject<HTMLTextAreaElement | null>,
) {
  const text = useSelector(composer, (state) => state.text)
  const [cursor, setCursor] = useState(0)
  const [dismissed, setDismissed] = useState<string | null>(null)
  const [isFocused, setFocused] = useState(false)
  const found = isFocused ? triggerAt(text, Math.min(cursor, text.length)) : null
  const key = found && `${found.kind} ${found.from}`
  const trigger = key === dismissed ? null : found
  const entries = useEntries(store, composer, field, trigger)
  const picker = usePicker(entries, (entry) => entry.blockedBy === null && entry.choose(), true)
  const isOpen = entries.length > 0
  const { toTop } = picker
  const query = trigger?.query
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words are another list.
  useEffect(toTop, [query])

  function followCursor(): void {
    const place = field.current?.selectionStart ?? 0
    setCursor(place)
    if (triggerAt(composer.getState().text, place) === null) setDismissed(null)
  }

  /** True when the key was for the list. */
  function press(event: KeyboardEvent): boolean {
    if (!isOpen) return false
    if (event.key === 'Escape') {
      event.preventDefault()
      setDismissed(key)
      return true
    }
    if (event.key === 'Tab' && !event.shiftKey && picker.current?.blockedBy === null) {
      event.preventDefault()
      picker.current.choose()
      return true
    }
    if (event.shiftKey) return false
    picker.field.onKeyDown(event)
    return event.defaultPrevented
  }

  return {
    entries,
    picker,
    press,
    /** Nothing is found, or too little was typed to find anything. */
    hint: trigger?.kind === 'mention' && !isOpen ? hintOf(trigger) : '',
    /** To be called when the cursor moved, by typing or otherwise. */
    followCursor,
    follow: {
      onSelect: followCursor,
      onFocus: () => setFocused(true),
      onBlur: () => setFocused(false),
    },
  }
}

function hintOf({ query }: Trigger): string {
  return query === '' ? 'Type a few letters of a path' : 'No file below the folder fits'
}

function useEntries(
  store: ThreadStore,
  composer: ComposerStore,
  field: RefObject<HTMLTextAreaElement | null>,
  trigger: Trigger | null,
): readonly Suggestion[] {
  const stores = useStores()
  const root = useSelector(store, (state) => state.settings?.cwd)
  const files = useFoundFiles(root, trigger?.kind === 'mention' ? trigger.query : null)
  if (!trigger) return []

  function replaceWith(words: string, at: Trigger): void {
    composer.type(withoutTrigger(composer.getState().text, at, words))
    const place = at.from + words.length
    // The field has its new text once it was drawn.
    requestAnimationFrame(() => field.current?.setSelectionRange(place, place))
  }

  function mention(file: FoundFile, at: Trigger): void {
    replaceWith(`@${file.path} `, at)
    composer.attach({ kind: 'mention', name: file.file_name, path: `${file.root}/${file.path}` })
  }

  function clear(at: Trigger): void {
    const { text, attachments } = composer.getState()
    const before = { text: withoutTrigger(text, at).trimStart(), attachments }
    composer.replaceDraft(emptyDraft)
    stores.ui.actions.toast({
      text: 'Message field cleared',
      action: { label: 'Undo', run: () => composer.replaceDraft(before) },
    })
  }

  if (trigger.kind === 'mention')
    return files.map((file) => fileSuggestion(file, () => mention(file, trigger)))
  const context = commandContext(stores)
  return slashCommands(trigger.query).map(({ name, command, title }) => ({
    id: name,
    kind: 'command',
    title: `/${name}`,
    detail: title,
    blockedBy: command?.blockedBy(context) ?? null,
    choose() {
      if (command === null) return clear(trigger)
      replaceWith('', trigger)
      command.run(context)
    },
  }))
}

function fileSuggestion(file: FoundFile, choose: () => void): Suggestion {
  const isFolder = file.match_type === 'directory'
  return {
    id: file.path,
    kind: isFolder ? 'folder' : 'file',
    title: file.file_name,
    detail: file.path,
    blockedBy: null,
    choose,
  }
}

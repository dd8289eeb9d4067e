// The field itself: typing, the keys that hand over, what it suggests, and what is pasted.
import { useId, useRef } from 'react'
import { useSelector } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import type { Way } from './composer-state.ts'
import type { ComposerStore } from './composer-store.ts'
import { type EnterKey, wayOfKey } from './enter-key.ts'
import { useMessageHistory } from './message-history.ts'
import { SuggestionList } from './suggestion-list.tsx'
import type { useAttaching } from './use-attaching.ts'
import { usePermissionKeys } from './use-permission-keys.ts'
import { useSuggestions } from './use-suggestions.ts'

export interface MessageFieldProps {
  store: ThreadStore
  composer: ComposerStore
  isRunning: boolean
  enterKey: EnterKey
  isBlocked: boolean
  attaching: ReturnType<typeof useAttaching>
}

export function MessageField(props: MessageFieldProps) {
  const { store, composer, isRunning, enterKey, isBlocked, attaching } = props
  const text = useSelector(composer, (state) => state.text)
  const field = useRef<HTMLTextAreaElement>(null)
  const helpId = useId()
  const recall = useMessageHistory(store, composer)
  const suggestions = useSuggestions(store, composer, field)
  const permissions = usePermissionKeys(store, composer)
  const { onBlur, ...follow } = suggestions.follow

  function submit(way: Way): void {
    if (!isBlocked) void composer.submit(way)
  }

  return (
    <>
      <SuggestionList suggestions={suggestions} />
      <textarea
        ref={field}
        id="message"
        className="composer-text"
        aria-label="Message"
        aria-describedby={helpId}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        {...(suggestions.entries.length > 0 && {
          'aria-controls': suggestions.picker.field['aria-controls'],
          'aria-activedescendant': suggestions.picker.field['aria-activedescendant'],
        })}
        data-testid="composer"
        data-region-start
        placeholder={isRunning ? 'Add to what is going on, or queue what comes next' : PLACEHOLDER}
        rows={1}
        value={text}
        onChange={(event) => {
          composer.type(event.target.value)
          suggestions.followCursor()
        }}
        onKeyDown={(event) => {
          // While an input method composes, every key is its own.
          if (event.nativeEvent.isComposing || event.keyCode === 229) return
          if (suggestions.press(event) || permissions.press(event)) return
          const way = wayOfKey(event, isRunning, enterKey)
          if (way) {
            event.preventDefault()
            submit(way)
          } else if (recall(event.key, event.currentTarget)) {
            event.preventDefault()
          }
        }}
        {...follow}
        onBlur={() => {
          onBlur()
          permissions.leave()
        }}
        {...attaching.field}
      />
      <span id={helpId} className="visually-hidden">
        {isRunning
          ? `Enter ${enterKey === 'steer' ? 'steers' : 'queues'}, Control Enter ${enterKey === 'steer' ? 'queues' : 'steers'}, Escape twice stops the turn. `
          : 'Enter sends, Shift Enter makes a new line. '}
        Shift Tab changes the permissions; after Escape it moves the focus.
      </span>
    </>
  )
}

const PLACEHOLDER = 'Say what to do, or type / for commands, @ for files, ! for your shell'

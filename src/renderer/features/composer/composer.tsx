// Where a person writes to a thread: the text, the settings of the next turn, and how it is handed over.
import { useId, useRef } from 'react'
import { INPUT_CHARS_MAX } from '../../../protocol/index.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { activeTurn } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'
import { SendButtons } from './send-buttons.tsx'
import './composer.css'
import type { Way } from './composer-state.ts'
import { type ComposerStore, composerOf } from './composer-store.ts'
import { ContextRing } from './context-ring.tsx'
import { type EnterKey, useEnterKey, wayOfKey } from './enter-key.ts'
import { useMessageHistory } from './message-history.ts'
import { effective, isDangerous } from './overrides.ts'
import { PendingSteers } from './pending-steers.tsx'
import { QueueStrip } from './queue-strip.tsx'
import { RefusedNotice } from './refused-notice.tsx'
import { SettingChips } from './setting-chips.tsx'
import { type OverrideCheck, useOverrideCheck } from './use-override-check.ts'
import { useStop } from './use-stop.ts'

/** From this share of the limit on, the count is shown. */
const COUNT_FROM = 0.9

export function Composer({ store }: { store: ThreadStore }) {
  const composer = composerOf(store, localStorage)
  const isRunning = useSelector(store, (state) => activeTurn(state) !== undefined)
  const isDanger = useIsDangerous(store, composer)
  const enterKey = useEnterKey()
  const stop = useStop(store)
  const check = useOverrideCheck(store, composer)
  const blocked = useBlocked(store, composer, check)
  return (
    <section className="composer-place" aria-label="Message and queue" data-region>
      <QueueStrip store={store} />
      <PendingSteers store={store} />
      <div className={isDanger ? 'composer composer-danger' : 'composer'}>
        <RefusedNotice composer={composer} isRunning={isRunning} />
        <MessageField
          store={store}
          composer={composer}
          isRunning={isRunning}
          enterKey={enterKey.key}
          isBlocked={blocked !== undefined}
        />
        <div className="composer-bar">
          <SettingChips store={store} composer={composer} isRunning={isRunning} check={check} />
          <div className="composer-end">
            <Count composer={composer} />
            <ContextRing store={store} />
            <SendButtons
              isRunning={isRunning}
              blocked={blocked}
              enterKey={enterKey}
              stop={stop}
              onSubmit={(way) => void composer.submit(way)}
            />
          </div>
        </div>
      </div>
      <p className="composer-hint" role="status">
        {stop.hint}
      </p>
    </section>
  )
}

interface MessageFieldProps {
  store: ThreadStore
  composer: ComposerStore
  isRunning: boolean
  enterKey: EnterKey
  isBlocked: boolean
}

function MessageField({ store, composer, isRunning, enterKey, isBlocked }: MessageFieldProps) {
  const text = useSelector(composer, (state) => state.text)
  const field = useRef<HTMLTextAreaElement>(null)
  const helpId = useId()
  const recall = useMessageHistory(store, composer)

  function submit(way: Way): void {
    if (!isBlocked) void composer.submit(way)
  }

  return (
    <>
      <textarea
        ref={field}
        id="message"
        className="composer-text"
        aria-label="Message"
        aria-describedby={helpId}
        data-testid="composer"
        data-region-start
        placeholder={
          isRunning ? 'Add to what is going on, or queue what comes next' : 'Say what to do'
        }
        rows={1}
        value={text}
        onChange={(event) => composer.type(event.target.value)}
        onKeyDown={(event) => {
          // While an input method composes, every key is its own.
          if (event.nativeEvent.isComposing || event.keyCode === 229) return
          const way = wayOfKey(event, isRunning, enterKey)
          if (way) {
            event.preventDefault()
            submit(way)
          } else if (recall(event.key, event.currentTarget)) {
            event.preventDefault()
          }
        }}
      />
      <span id={helpId} className="visually-hidden">
        {isRunning
          ? `Enter ${enterKey === 'steer' ? 'steers' : 'queues'}, Control Enter ${enterKey === 'steer' ? 'queues' : 'steers'}, Escape twice stops the turn`
          : 'Enter sends, Shift Enter makes a new line'}
      </span>
    </>
  )
}

function Count({ composer }: { composer: ComposerStore }) {
  const length = useSelector(composer, (state) => {
    const { length } = state.text
    return length >= COUNT_FROM * INPUT_CHARS_MAX ? length : 0
  })
  if (length === 0) return null
  const isOver = length > INPUT_CHARS_MAX
  return (
    <span className={isOver ? 'composer-count composer-count-over' : 'composer-count'}>
      {length.toLocaleString('en')} / {INPUT_CHARS_MAX.toLocaleString('en')}
    </span>
  )
}

/** Why nothing can be handed over now; undefined when it can. */
function useBlocked(
  store: ThreadStore,
  composer: ComposerStore,
  check: OverrideCheck,
): string | undefined {
  const { connection } = useStores()
  const isLost = useSelector(connection, (state) => state.connection === 'lost')
  const isReadOnly = useSelector(connection, (state) => state.health?.state === 'readOnly')
  const isReady = useSelector(store, (state) => state.phase === 'ready')
  return useSelector(composer, ({ text, sending }) => {
    if (isLost) return 'The connection to the app is lost; your text is kept'
    if (isReadOnly) return 'The store is read-only; your text is kept'
    if (!isReady) return 'The thread is being read'
    if (sending) return 'The message is on its way'
    const [refusal] = Object.values(check.refused)
    if (refusal !== undefined) return refusal
    const excess = text.length - INPUT_CHARS_MAX
    if (excess > 0) return `${excess.toLocaleString('en')} characters too many`
    return text.trim() === '' ? 'Write a message first' : undefined
  })
}

function useIsDangerous(store: ThreadStore, composer: ComposerStore): boolean {
  const chosen = useSelector(composer, (state) => state.chosen)
  return useSelector(
    store,
    ({ settings }) => settings !== null && isDangerous(effective(settings, chosen), settings),
  )
}

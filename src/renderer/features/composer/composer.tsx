// Where a person writes to a thread: the text, the settings of the next turn, and how it is handed over.
import { SquareTerminal } from 'lucide-react'
import { INPUT_CHARS_MAX } from '../../../protocol/index.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { activeTurn } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'
import { AttachButton } from './attach-button.tsx'
import { AttachmentChips } from './attachment-chips.tsx'
import './composer.css'
import { type ComposerStore, composerOf } from './composer-store.ts'
import { ContextRing } from './context-ring.tsx'
import { charsOf, draftProblem, shellCommandOf } from './draft.ts'
import { useEnterKey } from './enter-key.ts'
import { MessageField } from './message-field.tsx'
import { effective, isDangerous } from './overrides.ts'
import { PendingSteers } from './pending-steers.tsx'
import { QueueStrip } from './queue-strip.tsx'
import { RefusedNotice } from './refused-notice.tsx'
import { SendButtons } from './send-buttons.tsx'
import { SettingChips } from './setting-chips.tsx'
import { useAttaching } from './use-attaching.ts'
import { useDraftSync } from './use-draft-sync.ts'
import { type OverrideCheck, useOverrideCheck } from './use-override-check.ts'
import { useStop } from './use-stop.ts'

/** From this share of the limit on, the count is shown. */
const COUNT_FROM = 0.9

export function Composer({ store }: { store: ThreadStore }) {
  const composer = composerOf(store, localStorage)
  useDraftSync(store.threadId, composer)
  const isRunning = useSelector(store, (state) => activeTurn(state) !== undefined)
  const isDanger = useIsDangerous(store, composer)
  const enterKey = useEnterKey()
  const stop = useStop(store)
  const check = useOverrideCheck(store, composer)
  const blocked = useBlocked(store, composer, check)
  const attaching = useAttaching(store, composer)
  const isShell = useSelector(composer, (state) => shellCommandOf(state.text) !== null)
  return (
    <section className="composer-place" aria-label="Message and queue" data-region>
      <QueueStrip store={store} />
      <PendingSteers store={store} />
      <div
        className={isDanger || isShell ? 'composer composer-danger' : 'composer'}
        {...attaching.place}
      >
        <RefusedNotice composer={composer} isRunning={isRunning} />
        <AttachmentChips composer={composer} />
        <MessageField
          store={store}
          composer={composer}
          isRunning={isRunning}
          enterKey={enterKey.key}
          isBlocked={blocked !== undefined}
          attaching={attaching}
        />
        <div className="composer-bar">
          {isShell ? (
            <ShellLabel />
          ) : (
            <SettingChips store={store} composer={composer} isRunning={isRunning} check={check} />
          )}
          <div className="composer-end">
            <AttachButton onPick={attaching.attach} />
            <Count composer={composer} />
            <ContextRing store={store} />
            <SendButtons
              isRunning={isRunning}
              isShell={isShell}
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

/** What a line that begins with `!` means, for those who did not know. */
function ShellLabel() {
  return (
    <p className="composer-shell" role="note">
      <SquareTerminal size={14} aria-hidden />
      <strong>Unsandboxed:</strong> runs in your own shell with all of your rights, at once
    </p>
  )
}

function Count({ composer }: { composer: ComposerStore }) {
  const length = useSelector(composer, (state) => {
    const length = charsOf(state)
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
  return useSelector(composer, (draft) => {
    if (isLost) return 'The connection to the app is lost; your text is kept'
    if (isReadOnly) return 'The store is read-only; your text is kept'
    if (!isReady) return 'The thread is being read'
    if (draft.sending) return 'The message is on its way'
    const [refusal] = Object.values(check.refused)
    if (refusal !== undefined && shellCommandOf(draft.text) === null) return refusal
    return draftProblem(draft)
  })
}

function useIsDangerous(store: ThreadStore, composer: ComposerStore): boolean {
  const chosen = useSelector(composer, (state) => state.chosen)
  return useSelector(
    store,
    ({ settings }) => settings !== null && isDangerous(effective(settings, chosen), settings),
  )
}

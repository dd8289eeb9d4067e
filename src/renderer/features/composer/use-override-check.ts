// Asks the app whether the settings changed for the next turn will be taken, before anything is sent.
import { useEffect, useState } from 'react'
import type { Preview } from '../../state/config-calls.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import type { ComposerStore } from './composer-store.ts'
import { type Chosen, overridesOf, type Setting } from './overrides.ts'

/** Waited after each change, so that going through a menu asks once. */
const DELAY_MS = 150

export interface OverrideCheck {
  /** Why a setting is refused, by its name. */
  readonly refused: Readonly<Partial<Record<Setting, string>>>
  readonly notes: readonly string[]
}

const fine: OverrideCheck = { refused: {}, notes: [] }

export function useOverrideCheck(store: ThreadStore, composer: ComposerStore): OverrideCheck {
  const { config } = useStores()
  const chosen = useSelector(composer, (state) => state.chosen)
  const isOnlyThisTurn = useSelector(composer, (state) => state.isOnlyThisTurn)
  // What is allowed may change with the files.
  const files = useSelector(config, (state) => state.config)
  const [check, setCheck] = useState(fine)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the files decide what is refused.
  useEffect(() => {
    if (Object.keys(chosen).length === 0) {
      setCheck(fine)
      return
    }
    let isWanted = true
    const overrides = overridesOf(chosen, isOnlyThisTurn)
    const timer = setTimeout(() => {
      config.preview({ threadId: store.threadId, overrides }).then(
        (preview) => isWanted && setCheck(checkOf(preview, chosen)),
        // Whoever cannot ask learns it from sending.
        () => isWanted && setCheck(fine),
      )
    }, DELAY_MS)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [config, store, chosen, isOnlyThisTurn, files])
  return check
}

function checkOf({ refused, notes }: Preview, chosen: Chosen): OverrideCheck {
  const reasons = refused.filter(({ field }) => Object.hasOwn(chosen, field))
  return {
    refused: Object.fromEntries(reasons.map(({ field, message }) => [field, message])),
    notes,
  }
}

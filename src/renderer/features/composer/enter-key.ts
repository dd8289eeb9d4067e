// What Enter does: it sends, and while a turn runs it steers or queues as the person prefers.
import { useState } from 'react'
import { recall, remember } from '../../state/local-memory.ts'
import { isMac } from '../../state/shortcut-keys.ts'
import type { Way } from './composer-state.ts'

/** What Enter does while a turn runs; with Mod it does the other. */
export type EnterKey = 'steer' | 'queue'

const NAME = 'enterKey'

export interface EnterKeyChoice {
  readonly key: EnterKey
  choose(key: EnterKey): void
}

export function useEnterKey(): EnterKeyChoice {
  const [key, setKey] = useState<EnterKey>(() => recall<EnterKey>(localStorage, NAME, 'steer'))
  return {
    key,
    choose(next) {
      remember(localStorage, NAME, next)
      setKey(next)
    },
  }
}

interface Press {
  readonly key: string
  readonly shiftKey: boolean
  readonly altKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
}

/** Null when the key writes. */
export function wayOfKey(
  press: Press,
  isRunning: boolean,
  enterKey: EnterKey,
  mac = isMac(navigator.platform),
): Way | null {
  if (press.key !== 'Enter' || press.shiftKey || press.altKey) return null
  if (mac ? press.ctrlKey : press.metaKey) return null
  if (!isRunning) return 'send'
  const hasMod = mac ? press.metaKey : press.ctrlKey
  const other = enterKey === 'steer' ? 'queue' : 'steer'
  return hasMod ? other : enterKey
}

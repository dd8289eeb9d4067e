// A setting of the next turn: shows its value, what it was before, and opens the choice.
import { ChevronDown, ShieldAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ThreadSettings } from '../../state/thread-state.ts'
import { Menu, MenuGroup } from '../../ui/menu.tsx'
import type { ComposerStore } from './composer-store.ts'
import type { Effective } from './overrides.ts'
import type { OverrideCheck } from './use-override-check.ts'

/** What a chip of one setting is made from. */
export interface SettingChipProps {
  composer: ComposerStore
  settings: ThreadSettings
  next: Effective
  refused: OverrideCheck['refused']
}

export interface ChipProps {
  /** One word, as the person reads it. */
  setting: string
  value: string
  before: string
  isDanger?: boolean
  isRefused: boolean
  children: ReactNode
}

export function Chip(props: ChipProps) {
  const { setting, value, before, isDanger = false, isRefused, children } = props
  const isChanged = value !== before
  const classes = [
    'chip',
    isChanged ? 'chip-changed' : '',
    isDanger || isRefused ? 'chip-danger' : '',
  ]
  const trigger = (
    <button
      type="button"
      className={classes.join(' ').trim()}
      aria-label={`${setting}: ${value}${isChanged ? `, changed from ${before}` : ''}${isRefused ? ', refused' : ''}`}
      data-testid={`chip:${setting}`}
    >
      {isDanger && <ShieldAlert size={13} aria-hidden />}
      {isChanged && <s className="chip-before">{before}</s>}
      <span className="chip-value">{value}</span>
      <ChevronDown className="chip-arrow" size={11} aria-hidden />
    </button>
  )
  return (
    <Menu trigger={trigger} placement="top-start">
      <MenuGroup label={setting[0]?.toUpperCase() + setting.slice(1)}>{children}</MenuGroup>
    </Menu>
  )
}

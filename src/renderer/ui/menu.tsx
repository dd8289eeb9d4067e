// Menus and pickers that open from a button.
import * as Ariakit from '@ariakit/react'
import { Check } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import './menu.css'
import { placeOf } from './place-of.ts'

export interface MenuProps {
  /** The button that opens it; one element that takes a ref and the usual attributes. */
  trigger: ReactElement
  children: ReactNode
  placement: 'bottom-end' | 'top-start' | 'top-end'
}

export function Menu({ trigger, children, placement }: MenuProps) {
  const store = Ariakit.useMenuStore({ placement })
  return (
    <>
      <Ariakit.MenuButton store={store} render={trigger} />
      <Ariakit.Menu
        store={store}
        className="menu"
        gutter={4}
        portal
        portalElement={() => placeOf(store.getState().anchorElement)}
        preserveTabOrder={false}
        unmountOnHide
      >
        {children}
      </Ariakit.Menu>
    </>
  )
}

export interface MenuItemProps {
  onSelect: () => void
  children: ReactNode
  icon?: ReactNode
  /** A second, quieter line. */
  detail?: string | undefined
  shortcut?: string | undefined
  tone?: 'normal' | 'danger'
  disabled?: boolean
}

export function MenuItem(props: MenuItemProps) {
  const { onSelect, children, icon, detail, shortcut, tone = 'normal', disabled = false } = props
  return (
    <Ariakit.MenuItem
      className={tone === 'danger' ? 'menu-item menu-item-danger' : 'menu-item'}
      disabled={disabled}
      accessibleWhenDisabled
      onClick={onSelect}
    >
      {icon}
      <span className="menu-item-text">
        {children}
        {detail !== undefined && <span className="menu-item-detail">{detail}</span>}
      </span>
      {shortcut !== undefined && <span className="menu-item-shortcut">{shortcut}</span>}
    </Ariakit.MenuItem>
  )
}

export interface MenuChoiceProps {
  isChosen: boolean
  onSelect: () => void
  children: ReactNode
  detail?: string | undefined
  tone?: 'normal' | 'danger'
  disabled?: boolean
}

/** One of several, the chosen one with a check mark. */
export function MenuChoice(props: MenuChoiceProps) {
  const { isChosen, onSelect, children, detail, tone = 'normal', disabled = false } = props
  return (
    <Ariakit.MenuItem
      role="menuitemradio"
      aria-checked={isChosen}
      className={tone === 'danger' ? 'menu-item menu-item-danger' : 'menu-item'}
      disabled={disabled}
      accessibleWhenDisabled
      onClick={onSelect}
    >
      <span className="menu-check">{isChosen && <Check size={14} aria-hidden />}</span>
      <span className="menu-item-text">
        {children}
        {detail !== undefined && <span className="menu-item-detail">{detail}</span>}
      </span>
    </Ariakit.MenuItem>
  )
}

export function MenuSeparator() {
  return <Ariakit.MenuSeparator className="menu-separator" />
}

export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Ariakit.MenuGroup>
      <Ariakit.MenuGroupLabel className="menu-heading">{label}</Ariakit.MenuGroupLabel>
      {children}
    </Ariakit.MenuGroup>
  )
}

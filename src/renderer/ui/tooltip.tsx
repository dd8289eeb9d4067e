// A short text beside a control, on hover and on keyboard focus.
import * as Ariakit from '@ariakit/react'
import type { ReactElement } from 'react'
import { placeOf } from './place-of.ts'
import './tooltip.css'

export interface TooltipProps {
  text: string
  shortcut?: string | undefined
  placement?: 'top' | 'bottom'
  /** One element that takes a ref and the usual attributes. */
  children: ReactElement
}

export function Tooltip({ text, shortcut, placement = 'bottom', children }: TooltipProps) {
  const store = Ariakit.useTooltipStore({ placement, timeout: 500 })
  return (
    <>
      <Ariakit.TooltipAnchor store={store} render={children} />
      <Ariakit.Tooltip
        store={store}
        gutter={6}
        className="tooltip"
        portalElement={() => placeOf(store.getState().anchorElement)}
        unmountOnHide
      >
        {text}
        {shortcut !== undefined && <span className="tooltip-shortcut">{shortcut}</span>}
      </Ariakit.Tooltip>
    </>
  )
}

// Buttons: with words, or with a picture and a name.
import { type ComponentProps, type ReactNode, useId } from 'react'
import './button.css'
import { Tooltip } from './tooltip.tsx'

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: 'primary' | 'secondary' | 'quiet' | 'danger'
  size?: 'small' | 'medium'
  icon?: ReactNode
  /** Why it does nothing now; it stays focusable, so that everybody can hear the reason. */
  disabledReason?: string | undefined
}

export function Button(props: ButtonProps) {
  const { variant = 'secondary', size = 'medium', icon, disabledReason, ...rest } = props
  const reasonId = useId()
  const classes = ['button', `button-${variant}`, size === 'small' ? 'button-small' : '']
  const blocked =
    disabledReason === undefined
      ? {}
      : { 'aria-disabled': true, 'aria-describedby': reasonId, onClick: undefined }
  return (
    <>
      <button
        type="button"
        {...rest}
        {...blocked}
        className={[...classes, rest.className ?? ''].join(' ').trim()}
      >
        {icon}
        {rest.children}
      </button>
      {disabledReason !== undefined && (
        <span id={reasonId} className="visually-hidden">
          {disabledReason}
        </span>
      )}
    </>
  )
}

export interface IconButtonProps extends Omit<ButtonProps, 'children'> {
  label: string
  icon: ReactNode
  /** Shown in the tooltip, as keys are written on this system. */
  shortcut?: string | undefined
}

export function IconButton({ label, shortcut, variant = 'quiet', ...rest }: IconButtonProps) {
  const className = ['icon-button', rest.className ?? ''].join(' ').trim()
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <Button {...rest} aria-label={label} variant={variant} className={className} />
    </Tooltip>
  )
}

// A place that scrolls by itself. It takes the wheel only once it has the focus, and gives it back at its ends.
import type { ComponentProps } from 'react'
import './scroll-box.css'

export interface ScrollBoxProps extends ComponentProps<'div'> {
  label: string
  /** `log` for text that is added at the end. */
  role?: 'group' | 'log'
}

export function ScrollBox({ label, role = 'group', className = '', ...rest }: ScrollBoxProps) {
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles take a name.
    <div
      {...rest}
      role={role}
      aria-label={label}
      aria-live={role === 'log' ? 'off' : undefined}
      tabIndex={0}
      className={`scroll-box ${className}`.trim()}
    />
  )
}

// A named group of things that belong together, for those who hear the page.
import type { ReactNode } from 'react'

export interface GroupProps {
  label: string
  testId?: string
  className?: string
  children: ReactNode
}

export function Group({ label, testId, className, children }: GroupProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields, and brings its own box.
    <div role="group" aria-label={label} data-testid={testId} className={className}>
      {children}
    </div>
  )
}

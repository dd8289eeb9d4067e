// One setting of a section: its name, what it means, and the control that changes it.
import type { ReactNode } from 'react'

export interface SettingProps {
  label: string
  /** What the person gets by it, in a sentence. */
  detail?: string | undefined
  /** The id of the control, where it is one element. */
  control?: string | undefined
  children: ReactNode
}

export function Setting({ label, detail, control, children }: SettingProps) {
  return (
    <div className="setting">
      <div className="setting-words">
        {control === undefined ? (
          <span className="setting-label">{label}</span>
        ) : (
          <label htmlFor={control} className="setting-label">
            {label}
          </label>
        )}
        {detail !== undefined && <span className="setting-detail">{detail}</span>}
      </div>
      <div className="setting-control">{children}</div>
    </div>
  )
}

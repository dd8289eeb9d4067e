// Says wherever the demo speaks that nobody is thinking here.
export const DEMO_LABEL = 'Demo model — scripted, offline'

export function DemoLabel() {
  return (
    <span role="note" aria-label={DEMO_LABEL} className="demo-label" data-testid="demo-label">
      {DEMO_LABEL}
    </span>
  )
}

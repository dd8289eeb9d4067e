// Settings > Config: what the files say, and which of them said it.
import { useSelector, useStores } from '../../state/stores-context.tsx'

export function ConfigSection() {
  const { config } = useStores()
  const values = useSelector(config, (state) => state.config)
  const set = Object.entries(values).filter(([, value]) => value !== null)
  if (set.length === 0) return <p className="settings-text">Nothing is set: all defaults hold.</p>
  return (
    <dl className="settings-facts">
      {set.map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

// Features that are not finished, to be switched on in the person's file.
import { useEffect, useState } from 'react'
import type { Feature } from '../../../protocol/index.ts'
import { reportFailure } from '../../state/commands.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'

/** Of the person's file as it was read. */
export function FeatureList({ version }: { version: string | undefined }) {
  const stores = useStores()
  const { config } = stores
  const files = useSelector(config, (state) => state.config)
  const [features, setFeatures] = useState<readonly Feature[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the files are what makes the reading old.
  useEffect(() => {
    let isWanted = true
    config.listFeatures().then(
      (read) => isWanted && setFeatures(read),
      () => isWanted && setFeatures([]),
    )
    return () => {
      isWanted = false
    }
  }, [config, files])
  const shown = features.filter(({ stage }) => stage === 'beta')
  if (shown.length === 0) return null
  const change = (name: string, isOn: boolean) => {
    const edit = { keyPath: `features.${name}`, value: isOn, mergeStrategy: 'replace' as const }
    void reportFailure(stores, config.write([edit], version))
  }
  return (
    <section aria-labelledby="config-features">
      <h2 id="config-features" className="settings-heading">
        Experimental features
      </h2>
      {shown.map(({ name, displayName, description, enabled }) => (
        <label key={name} className="feature">
          <input
            type="checkbox"
            checked={enabled}
            onChange={(event) => change(name, event.target.checked)}
          />
          <span className="setting-words">
            <span className="setting-label">{displayName ?? name}</span>
            <span className="setting-detail">{description}</span>
          </span>
        </label>
      ))}
    </section>
  )
}

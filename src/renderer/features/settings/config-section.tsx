// Settings > Config: what holds, which layer said it, and the person's own file, edited with its comments kept.
import { useState } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { editableKeys } from '../config/editable.ts'
import { layerName, layerValues } from '../config/layer-values.ts'
import { TrustedFolders } from '../config/trusted-folders.tsx'
import { useLayers } from '../config/use-layers.ts'
import { useOpenThread } from '../threads/use-open-thread.ts'
import { ConfigKey } from './config-key.tsx'
import { LayerFiles } from './layer-files.tsx'
import './config-section.css'

export function ConfigSection() {
  const { config, threadList } = useStores()
  const warnings = useSelector(config, (state) => state.warnings)
  const threadId = useOpenThread()?.threadId
  const openFolder = useSelector(
    threadList,
    (state) => state.threads.find(({ id }) => id === threadId)?.cwd,
  )
  const [isHere, setHere] = useState(true)
  const cwd = isHere ? openFolder : undefined
  const read = useLayers(cwd)
  const layers = read?.layers ?? []
  const user = layers.find((layer) => layerName(layer) === 'user')
  return (
    <>
      {warnings.map((warning) => (
        <p key={`${warning.summary} ${warning.details}`} role="note" className="config-warning">
          {warning.summary}
          {warning.details !== null && <span className="config-detail">{warning.details}</span>}
        </p>
      ))}
      {openFolder !== undefined && (
        <label className="config-only">
          <input
            type="checkbox"
            checked={isHere}
            onChange={(event) => setHere(event.target.checked)}
          />
          As seen from <code>{openFolder}</code>
        </label>
      )}
      <section aria-labelledby="config-values">
        <h2 id="config-values" className="settings-heading">
          Your settings
        </h2>
        <p className="settings-text">
          Written to your config.toml; comments and everything else in it stay. New threads begin
          with these values, threads there are keep theirs.
        </p>
        {editableKeys.map((editable) => (
          <ConfigKey
            key={editable.key}
            editable={editable}
            values={layerValues(layers, editable.key)}
            version={user?.version}
          />
        ))}
      </section>
      <LayerFiles layers={layers} />
      <TrustedFolders />
    </>
  )
}

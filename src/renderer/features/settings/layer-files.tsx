// The layers there are, highest first, with their files, and why one is not in force.
import type { LayeredConfig } from '../../state/config-calls.ts'
import { layerFile, layerName } from '../config/layer-values.ts'
import { layerText } from '../inspector/config-rows.ts'

type LayerView = NonNullable<LayeredConfig['layers']>[number]

export function LayerFiles({ layers }: { layers: readonly LayerView[] }) {
  return (
    <section aria-labelledby="config-layers">
      <h2 id="config-layers" className="settings-heading">
        Layers
      </h2>
      <p className="settings-text">A higher one counts more. Below all of them are the defaults.</p>
      <ol className="layer-files" aria-label="Layers">
        {layers.map((layer) => (
          <li key={`${layerName(layer)} ${layerFile(layer)} ${layer.version}`}>
            <span className="setting-label">{layerText(layerName(layer))}</span>
            <span className="layer-file">{layerFile(layer) ?? 'given at the start'}</span>
            <span className="settings-text">
              {layer.disabledReason ?? keysText(Object.keys(layer.config))}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function keysText(keys: readonly string[]): string {
  return keys.length === 0 ? 'says nothing' : `says ${keys.join(', ')}`
}

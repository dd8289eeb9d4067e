// All layers that say something of one key, drawn below its row.
import { layerText } from '../inspector/config-rows.ts'
import type { LayerValue } from './layer-values.ts'
import { valueText } from './value-text.ts'

export function LayerList({ values }: { values: readonly LayerValue[] }) {
  if (values.length === 0) return <p className="inspector-sub">No file says anything of it.</p>
  return (
    <ul className="layer-list">
      {values.map(({ layer, file, value, disabledReason }, index) => (
        <li
          key={`${layer} ${file}`}
          className={index === 0 && disabledReason === null ? '' : 'layer-under'}
        >
          <span className="layer-name">{layerText(layer)}</span>
          <span className="config-value">{valueText(value)}</span>
          {file !== null && <span className="layer-file">{file}</span>}
          {disabledReason !== null && <span className="layer-file">{disabledReason}</span>}
        </li>
      ))}
    </ul>
  )
}

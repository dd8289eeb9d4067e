// Settings > Appearance: theme, contrast, density, size of the text, zoom. Kept by this window alone.
import { Minus, Plus } from 'lucide-react'
import { useId, useState } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { type Contrast, type Density, type Theme, textSizeLimits } from '../../state/ui-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Setting } from './setting.tsx'

const themes: readonly (readonly [Theme, string])[] = [
  ['system', 'Same as system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
]
const contrasts: readonly (readonly [Contrast, string])[] = [
  ['system', 'Same as system'],
  ['more', 'High'],
]
const densities: readonly (readonly [Density, string])[] = [
  ['comfortable', 'Comfortable'],
  ['compact', 'Compact'],
]
const ZOOM = { min: 50, max: 300, step: 10 } as const

export function AppearanceSection() {
  const { ui, zoom } = useStores()
  const theme = useSelector(ui, (state) => state.theme)
  const contrast = useSelector(ui, (state) => state.contrast)
  const density = useSelector(ui, (state) => state.density)
  const textSize = useSelector(ui, (state) => state.textSize)
  const [zoomed, setZoomed] = useState(() => Math.round((zoom?.read() ?? 1) * 100))
  const id = useId()
  return (
    <>
      <Setting label="Theme" control={`${id}-theme`}>
        <Choice id={`${id}-theme`} value={theme} options={themes} onChange={ui.actions.setTheme} />
      </Setting>
      <Setting
        label="Contrast"
        detail="High contrast makes text and lines stand out, in light and dark."
        control={`${id}-contrast`}
      >
        <Choice
          id={`${id}-contrast`}
          value={contrast}
          options={contrasts}
          onChange={ui.actions.setContrast}
        />
      </Setting>
      <Setting
        label="Density"
        detail="How much room the parts of the window leave between each other."
        control={`${id}-density`}
      >
        <Choice
          id={`${id}-density`}
          value={density}
          options={densities}
          onChange={ui.actions.setDensity}
        />
      </Setting>
      <Setting label="Text size" detail="Of the text alone; the parts keep their places.">
        <Percent
          name="text size"
          value={textSize}
          limits={textSizeLimits}
          onChange={ui.actions.setTextSize}
        />
      </Setting>
      {zoom ? (
        <Setting label="Zoom" detail="Of everything in this window.">
          <Percent
            name="zoom"
            value={zoomed}
            limits={ZOOM}
            onChange={(percent) => {
              zoom.set(percent / 100)
              setZoomed(percent)
            }}
          />
        </Setting>
      ) : (
        <Setting label="Zoom" detail="Your browser’s zoom is the zoom of this window.">
          <span className="settings-text">Ctrl and plus or minus</span>
        </Setting>
      )}
    </>
  )
}

function Choice<T extends string>(props: {
  id: string
  value: T
  options: readonly (readonly [T, string])[]
  onChange: (value: T) => void
}) {
  const { id, value, options, onChange } = props
  return (
    <select
      id={id}
      className="field"
      value={value}
      onChange={(event) => {
        const chosen = options.find(([option]) => option === event.target.value)
        if (chosen) onChange(chosen[0])
      }}
    >
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  )
}

function Percent(props: {
  name: string
  value: number
  limits: { readonly min: number; readonly max: number; readonly step: number }
  onChange: (percent: number) => void
}) {
  const { name, value, limits, onChange } = props
  const { min, max, step } = limits
  return (
    <>
      <IconButton
        label={`Smaller ${name}`}
        icon={<Minus size={14} aria-hidden />}
        disabled={value <= min}
        onClick={() => onChange(Math.max(min, value - step))}
      />
      <output aria-label={name} className="setting-percent">
        {value} %
      </output>
      <IconButton
        label={`Larger ${name}`}
        icon={<Plus size={14} aria-hidden />}
        disabled={value >= max}
        onClick={() => onChange(Math.min(max, value + step))}
      />
      <Button size="small" disabled={value === 100} onClick={() => onChange(100)}>
        Reset
      </Button>
    </>
  )
}

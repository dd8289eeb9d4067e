// One key of config.toml: its value with the layer that set it, and a way to change the person's own.
import { useId, useState } from 'react'
import type { Preview } from '../../state/config-calls.ts'
import { messageOf } from '../../state/failures.ts'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Badge } from '../../ui/small.tsx'
import { type EditableKey, textOfValue, valueOfText } from '../config/editable.ts'
import { LayerList } from '../config/layer-list.tsx'
import type { LayerValue } from '../config/layer-values.ts'
import { PreviewView } from '../config/preview-view.tsx'
import { valueText } from '../config/value-text.ts'
import { layerText } from '../inspector/config-rows.ts'

export interface ConfigKeyProps {
  editable: EditableKey
  /** What the layers say of it, highest first. */
  values: readonly LayerValue[]
  /** Of the person's file as it was read. */
  version: string | undefined
}

export function ConfigKey({ editable, values, version }: ConfigKeyProps) {
  const [isOpen, setOpen] = useState(false)
  const { key, title, detail } = editable
  const inForce = values.find(({ disabledReason }) => disabledReason === null)
  const layer = layerText(inForce?.layer ?? 'defaults')
  const value = inForce ? valueText(inForce.value) : 'default'
  return (
    <section
      className="config-key"
      aria-label={`${key}: ${value}, set by ${layer}`}
      data-testid={`settings-config:${key}`}
    >
      <div className="config-key-head">
        <div className="setting-words">
          <span className="setting-label">{title}</span>
          <span className="setting-detail">
            <code>{key}</code> {detail}
          </span>
        </div>
        <span className="config-value">{value}</span>
        <Badge tone={inForce ? 'accent' : 'neutral'}>{layer}</Badge>
        <Button
          size="small"
          aria-expanded={isOpen}
          aria-label={`Change ${key}`}
          onClick={() => setOpen(!isOpen)}
        >
          Change
        </Button>
      </div>
      {isOpen && (
        <>
          <Editor
            editable={editable}
            own={values.find((one) => one.layer === 'user')?.value}
            version={version}
            onDone={() => setOpen(false)}
          />
          <LayerList values={values} />
        </>
      )}
    </section>
  )
}

interface EditorProps {
  editable: EditableKey
  own: unknown
  version: string | undefined
  onDone: () => void
}

function Editor({ editable, own, version, onDone }: EditorProps) {
  const { config, ui } = useStores()
  const id = useId()
  const [text, setText] = useState(textOfValue(own))
  const [preview, setPreview] = useState<Preview | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const value = valueOfText(editable, text)
  const edits = [{ keyPath: editable.key, value, mergeStrategy: 'replace' as const }]
  const isSame = text === textOfValue(own)

  async function attempt(work: () => Promise<void>): Promise<void> {
    setProblem(null)
    try {
      await work()
    } catch (error) {
      setProblem(messageOf(error))
    }
  }
  const save = () =>
    attempt(async () => {
      const { overriddenMetadata } = await config.write(edits, version)
      ui.actions.toast({ text: overriddenMetadata?.message ?? 'Written to config.toml' })
      onDone()
    })
  const ask = () => attempt(async () => setPreview(await config.preview({ edits })))

  return (
    <form
      className="config-editor"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isSame) void save()
      }}
    >
      <div className="config-editor-row">
        <label htmlFor={id}>In your file</label>
        <Field
          id={id}
          editable={editable}
          text={text}
          onChange={(next) => {
            setText(next)
            setPreview(null)
          }}
        />
        <Button
          type="submit"
          variant="primary"
          disabledReason={isSame ? 'Nothing changed' : undefined}
        >
          Save
        </Button>
        <Button onClick={() => void ask()}>What would change</Button>
      </div>
      {problem !== null && (
        <p role="alert" className="config-problem">
          {problem}
        </p>
      )}
      {preview && <PreviewView preview={preview} />}
    </form>
  )
}

interface FieldProps {
  id: string
  editable: EditableKey
  text: string
  onChange: (text: string) => void
}

function Field({ id, editable, text, onChange }: FieldProps) {
  const options = editable.kind === 'flag' ? ['true', 'false'] : editable.options
  if (!options) {
    return (
      <input
        id={id}
        className="field field-mono"
        spellCheck={false}
        placeholder="not set"
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    )
  }
  return (
    <select
      id={id}
      className="field"
      value={text}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">not set</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  )
}

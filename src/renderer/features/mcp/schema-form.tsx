// A form made from a JSON schema: for questions of MCP servers, and for calling their tools by hand.
import { useId } from 'react'
import { type FormField, formProblems } from '../../../protocol/index.ts'
import '../../ui/field.css'
import './mcp.css'

export type FormValues = Readonly<Record<string, unknown>>

/** What the fields hold before anything is typed. */
export function initialValues(fields: readonly FormField[]): FormValues {
  const given = fields.flatMap(({ name, initial }) =>
    initial === null || initial === undefined ? [] : [[name, initial] as const],
  )
  return Object.fromEntries(given)
}

export interface SchemaFormProps {
  fields: readonly FormField[]
  values: FormValues
  /** True: what is wrong is told. */
  showsProblems: boolean
  onChange(values: FormValues): void
}

export function SchemaForm({ fields, values, showsProblems, onChange }: SchemaFormProps) {
  const problems: Readonly<Record<string, string>> = showsProblems
    ? formProblems(fields, values)
    : {}
  function change(name: string, value: unknown): void {
    const { [name]: _, ...others } = values
    onChange(value === undefined ? others : { ...others, [name]: value })
  }
  return (
    <div className="schema-form">
      {fields.map((field) => (
        <FieldRow
          key={field.name}
          field={field}
          value={values[field.name]}
          problem={problems[field.name]}
          onChange={(value) => change(field.name, value)}
        />
      ))}
    </div>
  )
}

interface FieldRowProps {
  field: FormField
  value: unknown
  problem: string | undefined
  /** Undefined: nothing is given. */
  onChange(value: unknown): void
}

function FieldRow({ field, value, problem, onChange }: FieldRowProps) {
  const id = useId()
  const notes = [field.description, field.kind === 'text' && field.isSecret ? SECRET : null]
  const told = notes.filter((note) => note !== null).join(' ')
  return (
    <div className="schema-field">
      <label htmlFor={id}>
        {field.label}
        {field.isRequired && <span aria-hidden> *</span>}
      </label>
      <FieldInput
        field={field}
        value={value}
        onChange={onChange}
        attributes={{
          id,
          'aria-describedby': `${id}-notes`,
          'aria-required': field.isRequired,
          'aria-invalid': problem !== undefined,
        }}
      />
      <span id={`${id}-notes`} className="schema-notes">
        {problem !== undefined && <strong className="schema-problem">{problem}. </strong>}
        {told}
      </span>
    </div>
  )
}

const SECRET = 'This looks like a secret: give it only to a server you trust.'

interface FieldInputProps {
  field: FormField
  value: unknown
  onChange(value: unknown): void
  attributes: {
    id: string
    'aria-describedby': string
    'aria-required': boolean
    'aria-invalid': boolean
  }
}

function FieldInput({ field, value, onChange, attributes }: FieldInputProps) {
  switch (field.kind) {
    case 'boolean':
      return (
        <input
          {...attributes}
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
        />
      )
    case 'choice':
      return (
        <select
          {...attributes}
          className="field field-small"
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.target.value || undefined)}
        >
          <option value="">Choose…</option>
          {field.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )
    case 'choices':
      return <Choices field={field} value={value} onChange={onChange} id={attributes.id} />
    case 'number':
      return (
        <input
          {...attributes}
          className="field field-small"
          inputMode="decimal"
          defaultValue={typeof value === 'number' ? value : ''}
          onChange={(event) => onChange(numberOf(event.target.value))}
        />
      )
    case 'json':
      return (
        <textarea
          {...attributes}
          className="field field-mono schema-json"
          placeholder="JSON"
          defaultValue={value === undefined ? '' : JSON.stringify(value)}
          onChange={(event) => onChange(jsonOf(event.target.value))}
        />
      )
    case 'text':
      return (
        <input
          {...attributes}
          className="field field-small"
          type={field.isSecret ? 'password' : 'text'}
          autoComplete="off"
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.target.value || undefined)}
        />
      )
  }
}

interface ChoicesProps {
  field: Extract<FormField, { kind: 'choices' }>
  value: unknown
  onChange(value: unknown): void
  id: string
}

function Choices({ field, value, onChange, id }: ChoicesProps) {
  const chosen = Array.isArray(value) ? (value as string[]) : []
  return (
    <div id={id} className="schema-choices">
      {field.choices.map((choice) => (
        <label key={choice.value}>
          <input
            type="checkbox"
            checked={chosen.includes(choice.value)}
            onChange={(event) =>
              onChange(
                event.target.checked
                  ? [...chosen, choice.value]
                  : chosen.filter((other) => other !== choice.value),
              )
            }
          />
          {choice.label}
        </label>
      ))}
    </div>
  )
}

/** Text that is no number stays, so that it is told and not lost. */
function numberOf(text: string): unknown {
  if (text.trim() === '') return undefined
  const value = Number(text)
  return Number.isNaN(value) ? text : value
}

function jsonOf(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

// The flat JSON schema of an MCP server's question, read as the fields of a form: what each accepts, what it holds
// to begin with, and what is wrong with a value. Used where a person answers, and again before the answer leaves.
import { z } from 'zod'

export interface FormChoice {
  readonly value: string
  readonly label: string
}

interface FieldBase {
  readonly name: string
  readonly label: string
  readonly description: string | null
  readonly isRequired: boolean
}

export type FormField = FieldBase &
  (
    | {
        readonly kind: 'text'
        readonly format: 'email' | 'uri' | 'date' | 'date-time' | null
        readonly minLength: number | null
        readonly maxLength: number | null
        readonly initial: string | null
        /** Its name or description asks for something that should not be given to a server. */
        readonly isSecret: boolean
      }
    | {
        readonly kind: 'number'
        readonly isInteger: boolean
        readonly minimum: number | null
        readonly maximum: number | null
        readonly initial: number | null
      }
    | { readonly kind: 'boolean'; readonly initial: boolean | null }
    | {
        readonly kind: 'choice'
        readonly choices: readonly FormChoice[]
        readonly initial: string | null
      }
    | {
        readonly kind: 'choices'
        readonly choices: readonly FormChoice[]
        readonly minItems: number | null
        readonly maxItems: number | null
        readonly initial: readonly string[] | null
      }
    /** Anything else: typed as JSON. */
    | { readonly kind: 'json'; readonly initial: unknown }
  )

const SECRET_WORDS = /passw(or)?d|passphrase|secret|token|api.?key|credential|pin\b|cvv|ssn/i

const Choice = z.looseObject({ const: z.string(), title: z.string().optional() })
const Property = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  format: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  enum: z.array(z.unknown()).optional(),
  enumNames: z.array(z.string()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  items: z
    .looseObject({ enum: z.array(z.string()).optional(), anyOf: z.array(Choice).optional() })
    .optional(),
  default: z.unknown().optional(),
})
type Property = z.output<typeof Property>

const Schema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).nullish(),
})

/** In the order of the schema. */
export function formFields(schema: unknown): readonly FormField[] {
  const { properties = {}, required } = Schema.safeParse(schema).data ?? {}
  return Object.entries(properties).map(([name, raw]) =>
    fieldOf(name, Property.safeParse(raw).data ?? {}, required?.includes(name) ?? false),
  )
}

function fieldOf(name: string, property: Property, isRequired: boolean): FormField {
  const { title, description, default: initial } = property
  const base = { name, label: title ?? name, description: description ?? null, isRequired }
  const type = Array.isArray(property.type) ? 'any' : property.type
  const choices = choicesOf(property)
  if (choices) return { ...base, kind: 'choice', choices, initial: textOr(initial) }
  switch (type) {
    case 'string':
      return {
        ...base,
        kind: 'text',
        format: formatOf(property.format),
        minLength: property.minLength ?? null,
        maxLength: property.maxLength ?? null,
        initial: textOr(initial),
        isSecret: SECRET_WORDS.test(`${name} ${title ?? ''} ${description ?? ''}`),
      }
    case 'number':
    case 'integer':
      return {
        ...base,
        kind: 'number',
        isInteger: type === 'integer',
        minimum: property.minimum ?? null,
        maximum: property.maximum ?? null,
        initial: typeof initial === 'number' ? initial : null,
      }
    case 'boolean':
      return { ...base, kind: 'boolean', initial: typeof initial === 'boolean' ? initial : null }
    default:
      return listOf(base, property)
  }
}

function listOf(base: FieldBase, property: Property): FormField {
  const { items, default: initial } = property
  const choices =
    items?.enum?.map((value) => ({ value, label: value })) ??
    items?.anyOf?.map((choice) => ({ value: choice.const, label: choice.title ?? choice.const }))
  if (property.type !== 'array' || !choices) return { ...base, kind: 'json', initial }
  return {
    ...base,
    kind: 'choices',
    choices,
    minItems: property.minItems ?? null,
    maxItems: property.maxItems ?? null,
    initial: Array.isArray(initial) ? initial.filter((value) => typeof value === 'string') : null,
  }
}

function choicesOf(property: Property): readonly FormChoice[] | null {
  const { enum: values, enumNames, oneOf } = property
  if (values?.every((value) => typeof value === 'string'))
    return values.map((value, index) => ({ value, label: enumNames?.[index] ?? value }))
  const titled = z.array(Choice).safeParse(oneOf)
  if (!titled.success || titled.data.length === 0) return null
  return titled.data.map((choice) => ({ value: choice.const, label: choice.title ?? choice.const }))
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function formatOf(format: string | undefined) {
  const known = ['email', 'uri', 'date', 'date-time'] as const
  return known.find((name) => name === format) ?? null
}

/** The content with defaults for what was left out. */
export function withDefaults(
  fields: readonly FormField[],
  content: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const defaults = fields.flatMap(({ name, initial }) =>
    initial === null || initial === undefined ? [] : [[name, initial] as const],
  )
  return { ...Object.fromEntries(defaults), ...content }
}

/** Name of each field that is wrong to the reason; empty when the content fits. */
export function formProblems(
  fields: readonly FormField[],
  content: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const problems = fields.flatMap((field) => {
    const problem = problemOf(field, content[field.name])
    return problem === null ? [] : [[field.name, problem] as const]
  })
  return Object.fromEntries(problems)
}

function problemOf(field: FormField, value: unknown): string | null {
  if (value === undefined || value === null) return field.isRequired ? 'Fill this in' : null
  switch (field.kind) {
    case 'text':
      return typeof value === 'string' ? textProblem(field, value) : 'This must be text'
    case 'number':
      return typeof value === 'number' ? numberProblem(field, value) : 'This must be a number'
    case 'boolean':
      return typeof value === 'boolean' ? null : 'This must be yes or no'
    case 'choice':
      return field.choices.some((choice) => choice.value === value)
        ? null
        : 'Choose one of the list'
    case 'choices':
      return choicesProblem(field, value)
    case 'json':
      return null
  }
}

function textProblem(field: Extract<FormField, { kind: 'text' }>, value: string): string | null {
  const { minLength, maxLength, format } = field
  const length = [...value].length
  if (minLength !== null && length < minLength) return `At least ${minLength} characters`
  if (maxLength !== null && length > maxLength) return `At most ${maxLength} characters`
  switch (format) {
    case 'email':
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : 'This is not an e-mail address'
    case 'uri':
      return /^[a-z][a-z\d+.-]*:\S+$/i.test(value) ? null : 'This is not a full address'
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(value) && isDate(value) ? null : 'A date: 2026-12-31'
    case 'date-time':
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) && isDate(value)
        ? null
        : 'A date and time: 2026-12-31T18:30:00Z'
    case null:
      return null
  }
}

function isDate(text: string): boolean {
  return !Number.isNaN(Date.parse(text))
}

function numberProblem(
  field: Extract<FormField, { kind: 'number' }>,
  value: number,
): string | null {
  const { isInteger, minimum, maximum } = field
  if (!Number.isFinite(value)) return 'This must be a number'
  if (isInteger && !Number.isInteger(value)) return 'A whole number'
  if (minimum !== null && value < minimum) return `At least ${minimum}`
  return maximum !== null && value > maximum ? `At most ${maximum}` : null
}

function choicesProblem(
  field: Extract<FormField, { kind: 'choices' }>,
  value: unknown,
): string | null {
  const { choices, minItems, maxItems } = field
  const isKnown = (one: unknown): boolean => choices.some((choice) => choice.value === one)
  if (!Array.isArray(value) || !value.every(isKnown)) return 'Choose from the list'
  if (minItems !== null && value.length < minItems) return `Choose at least ${minItems}`
  return maxItems !== null && value.length > maxItems ? `Choose at most ${maxItems}` : null
}

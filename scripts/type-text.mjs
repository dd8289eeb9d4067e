// JSON Schema in the notation of TypeScript, which is shorter to read.

/**
 * The part of JSON Schema that zod makes of the contract.
 * @typedef {object} Schema
 * @property {string} [$ref]
 * @property {Record<string, Schema>} [$defs]
 * @property {string} [id]
 * @property {unknown} [const]
 * @property {unknown[]} [enum]
 * @property {Schema[]} [anyOf]
 * @property {Schema[]} [oneOf]
 * @property {Schema[]} [allOf]
 * @property {string | string[]} [type]
 * @property {Schema} [items]
 * @property {Schema[]} [prefixItems]
 * @property {Record<string, Schema>} [properties]
 * @property {string[]} [required]
 * @property {Schema | boolean} [additionalProperties]
 */

const WIDTH_MAX = 100

/**
 * @param {Schema} schema
 * @param {string} [indent]
 * @returns {string}
 */
export function typeText(schema, indent = '') {
  const choice = schema.anyOf ?? schema.oneOf
  if (schema.$ref) return schema.$ref.split('/').pop() ?? 'unknown'
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum) return union(schema.enum.map(literal), indent)
  if (choice)
    return union([...new Set(choice.map((each) => typeText(each, `${indent}  `)))], indent)
  if (schema.allOf) return schema.allOf.map((each) => typeText(each, indent)).join(' & ')
  if (Array.isArray(schema.type)) {
    return union(
      schema.type.map((type) => typeText({ ...schema, type }, indent)),
      indent,
    )
  }
  switch (schema.type) {
    case 'object':
      return objectText(schema, indent)
    case 'array':
      return arrayText(schema, indent)
    case 'integer':
      return 'number'
    case undefined:
      return 'unknown'
    default:
      return schema.type
  }
}

/**
 * @param {Schema} schema
 * @param {string} indent
 */
function objectText(schema, indent) {
  const members = Object.entries(schema.properties ?? {})
  const rest = schema.additionalProperties
  if (members.length === 0) {
    return typeof rest === 'object' ? `Record<string, ${typeText(rest, indent)}>` : '{}'
  }
  const inner = `${indent}  `
  const required = new Set(schema.required)
  const texts = members.map(
    ([name, value]) => `${name}${required.has(name) ? '' : '?'}: ${typeText(value, inner)}`,
  )
  const line = `{ ${texts.join('; ')} }`
  if (fits(line, indent)) return line
  return `{\n${texts.map((text) => `${inner}${text}\n`).join('')}${indent}}`
}

/**
 * @param {Schema} schema
 * @param {string} indent
 */
function arrayText(schema, indent) {
  if (schema.prefixItems) {
    return `[${schema.prefixItems.map((item) => typeText(item, indent)).join(', ')}]`
  }
  const item = typeText(schema.items ?? {}, indent)
  return /^[\w{]/.test(item) && !item.includes(' | ') ? `${item}[]` : `Array<${item}>`
}

/**
 * @param {string[]} choices
 * @param {string} indent
 */
function union(choices, indent) {
  const line = choices.join(' | ')
  if (fits(line, indent)) return line
  return choices.map((choice) => `\n${indent}  | ${choice}`).join('')
}

/** @param {unknown} value */
function literal(value) {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
}

/**
 * @param {string} text
 * @param {string} indent
 */
function fits(text, indent) {
  return !text.includes('\n') && indent.length + text.length <= WIDTH_MAX
}

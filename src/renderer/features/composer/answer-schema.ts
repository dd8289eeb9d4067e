// The JSON schema that a person typed, or what is wrong with it.

export type ReadSchema =
  | { readonly schema: Readonly<Record<string, unknown>> }
  | { readonly problem: string }

/** Providers take a schema of an object only; the rest is theirs to check. */
export function readSchema(text: string): ReadSchema {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { problem: `Not JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { problem: 'A schema is a JSON object' }
  const schema = value as Record<string, unknown>
  if (schema.type !== 'object') return { problem: '`type` must be "object" at the top' }
  return { schema }
}

// Reading JSON that others wrote: each accessor answers with the wanted kind of value, or says that there is none.

export type Json = Readonly<Record<string, unknown>>

export function record(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : undefined
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Only what can be stored and reckoned with: files may say anything. */
export function number(value: unknown): number | undefined {
  const isUsable = typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER
  return isUsable ? value : undefined
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((member) => typeof member === 'string') : []
}

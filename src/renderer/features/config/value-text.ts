// A value of the configuration as a person reads it.

/** Plain lists and plain objects without the punctuation of JSON, a mere id by itself; deeper ones as they are. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'not set'
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every(isPlain)) {
    return value.length === 0 ? 'nothing' : value.join(', ')
  }
  if (typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(isPlain)) {
    const members = Object.entries(value).filter(([, member]) => member !== null)
    const [only] = members
    if (members.length === 1 && only?.[0] === 'id') return String(only[1])
    return members.map(([key, member]) => `${key} ${String(member)}`).join(', ')
  }
  return JSON.stringify(value)
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

// A value of the configuration as a person reads it.

/** Plain lists and plain objects without the punctuation of JSON, a mere id by itself; deeper ones as they are. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'not set'
  if (typeof value === 'string') return value
  const profile = profileText(value)
  if (profile !== undefined) return profile
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

const placeNames: Readonly<Record<string, string>> = {
  root: 'everything',
  projectRoots: 'workspace',
  tmpdir: '$TMPDIR',
  slashTmp: '/tmp',
}

/** A permission profile in words; undefined for anything else. */
function profileText(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined
  const { type, network, entries } = value
  if (type === 'disabled') return 'no sandbox'
  if (type === 'external') return `confined from outside; network ${String(network)}`
  if (type !== 'managed' || !Array.isArray(entries)) return undefined
  const words = ['read', 'write', 'deny'].flatMap((access) => {
    const places = entries.filter((entry) => isRecord(entry) && entry.access === access)
    return places.length === 0 ? [] : [`${access} ${places.map(placeText).join(', ')}`]
  })
  return [...words, `network ${String(network)}`].join('; ')
}

function placeText(entry: unknown): string {
  const place = isRecord(entry) && isRecord(entry.path) ? entry.path : {}
  const name = place.path ?? placeNames[String(place.name)] ?? place.name
  return place.subpath === undefined ? String(name) : `${String(name)}/${String(place.subpath)}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

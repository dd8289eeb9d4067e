// Values that must not leave this process with the configuration: keys, tokens, header values.
import { isTable, type Table } from './layers.ts'

export const masked = '********'

/** Tables whose values are secret whatever their names are. */
const secretTables = new Set(['http_headers', 'env'])
/** Tables of variable names: the secrets themselves are in the environment. */
const openTables = new Set(['env_http_headers'])
/** Names of variables and of options that merely sound secret. */
const openNames = new Set(['env_key', 'env_key_instructions', 'bearer_token_env_var'])
const secretName = /(?:^|[-_])(?:key|token|secret|password|authorization|credentials?)$/i

/** A copy in which every secret text reads `********`. */
export function maskSecrets(values: Table): Table {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, mask(key, value)]))
}

function mask(key: string, value: unknown): unknown {
  if (openTables.has(key)) return value
  if (isTable(value)) return secretTables.has(key) ? maskAll(value) : maskSecrets(value)
  if (Array.isArray(value))
    return value.map((entry) => (isTable(entry) ? maskSecrets(entry) : entry))
  return typeof value === 'string' && secretName.test(key) && !openNames.has(key) ? masked : value
}

function maskAll(table: Table): Table {
  return Object.fromEntries(Object.keys(table).map((key) => [key, masked]))
}

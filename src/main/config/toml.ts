// TOML as plain JSON values.
import { TomlDate } from 'smol-toml'
import { isTable, type Table } from './layers.ts'

/** Dates become their text, so that values can be hashed, stored and sent. */
export function plainValues(table: Table): Table {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, plain(value)]))
}

function plain(value: unknown): unknown {
  if (value instanceof TomlDate) return value.toISOString()
  if (Array.isArray(value)) return value.map(plain)
  return isTable(value) ? plainValues(value) : value
}

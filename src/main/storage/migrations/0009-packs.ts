// Why the content of an imported thread could not be unpacked: it is left alone until somebody asks for the thread.
import type { Migration } from './migration.ts'

export const packs: Migration = {
  version: 9,
  name: 'packs',
  sql: `
ALTER TABLE import_pack ADD COLUMN problem TEXT;
`,
}

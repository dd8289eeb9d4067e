// Content of an imported thread may be kept as the lines it came as; its rows are made when it is unpacked.
import type { Migration } from './migration.ts'

export const packLines: Migration = {
  version: 13,
  name: 'pack lines',
  sql: `
ALTER TABLE import_pack ADD COLUMN form TEXT NOT NULL DEFAULT 'rows' CHECK(form IN ('rows','lines'));
`,
}

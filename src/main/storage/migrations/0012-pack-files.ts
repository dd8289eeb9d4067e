// Packed content lies in files beside the database until it is unpacked; then `rows` is empty.
import type { Migration } from './migration.ts'

export const packFiles: Migration = {
  version: 12,
  name: 'pack files',
  sql: `
ALTER TABLE import_pack ADD COLUMN file TEXT;
ALTER TABLE import_pack ADD COLUMN file_offset INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_pack ADD COLUMN file_length INTEGER NOT NULL DEFAULT 0;
`,
}

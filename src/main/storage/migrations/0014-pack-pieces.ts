// Several parts may be compressed together: then each says where it lies in what comes of it, and what it takes on
// disk as its share.
import type { Migration } from './migration.ts'

export const packPieces: Migration = {
  version: 14,
  name: 'pack pieces',
  sql: `
ALTER TABLE import_pack ADD COLUMN part_offset INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_pack ADD COLUMN part_length INTEGER;
ALTER TABLE import_pack ADD COLUMN part_share INTEGER;
`,
}

// Text that still streams is kept compressed where that spares writing.
import type { Migration } from './migration.ts'

export const partials: Migration = {
  version: 10,
  name: 'partials',
  sql: `
-- Where it is set, text is '' and chars its length.
ALTER TABLE item_partial ADD COLUMN packed BLOB;
ALTER TABLE item_partial ADD COLUMN chars INTEGER;
`,
}

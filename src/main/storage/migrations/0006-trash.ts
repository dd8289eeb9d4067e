// What finds threads that are to be removed, and tells whether content is still used.
import type { Migration } from './migration.ts'

export const trash: Migration = {
  version: 6,
  name: 'trash',
  sql: `
CREATE INDEX thread_deleted ON thread(deleted_ms) WHERE deleted_ms IS NOT NULL;
CREATE INDEX item_blob ON item(blob_hash) WHERE blob_hash IS NOT NULL;
CREATE INDEX item_out ON item(out_hash) WHERE out_hash IS NOT NULL;
CREATE INDEX model_item_blob ON model_item(blob_hash) WHERE blob_hash IS NOT NULL;
`,
}

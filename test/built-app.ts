// Vitest's global setup of the integration tests: they drive the built app, so it is built when it is stale.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export function setup(): void {
  const program = `import { ensureBuilt } from ${JSON.stringify(join(import.meta.dirname, '../scripts/build-state.mjs'))}; ensureBuilt()`
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error('the app could not be built')
}

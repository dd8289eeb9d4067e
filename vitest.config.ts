// Unit tests beside their subjects, and integration tests over the built app. Forks, so that a crash in a native
// addon names its file.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { defineConfig } from 'vitest/config'

// Tests start the store's thread from its source hundreds of times: what was compiled once is read back.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compile')

const integration = 'test/integration/**/*.test.ts'

export default defineConfig({
  test: {
    pool: 'forks',
    // One more than the cores of a small machine: most tests wait for a process or a disk.
    maxWorkers: Math.max(3, availableParallelism()),
    environment: 'node',
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // The one stylesheet that a test reads.
          css: { include: /tokens\.css/ },
          include: [
            'src/**/*.test.{ts,tsx}',
            'test/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude: [integration],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: [integration],
          globalSetup: ['test/built-app.ts'],
          testTimeout: 60_000,
        },
      },
    ],
  },
})

// Unit and integration tests, beside their subjects. Forks, so that a crash in a native addon names its file.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    pool: 'forks',
    include: [
      'src/**/*.test.{ts,tsx}',
      'test/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    environment: 'node',
    testTimeout: 20_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
})

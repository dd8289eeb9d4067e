// Journeys through the built app, in the desktop window and in a browser alike. The project `electron` is
// left out, with one line, where it cannot run; SKEIN_REQUIRE_ELECTRON=1 makes that an error.
import { defineConfig } from 'playwright/test'
import type { HostOptions } from './e2e/fixtures/test.ts'
import { findElectron, noDisplay } from './scripts/electron-binary.mjs'

function whyNoElectron(): string | undefined {
  const electron = findElectron({ download: false })
  return noDisplay() ?? ('reason' in electron ? electron.reason : undefined)
}

const reason = whyNoElectron()
if (reason && process.env.SKEIN_REQUIRE_ELECTRON === '1') {
  throw new Error(`electron project required, but ${reason}`)
}
// Workers read this file again; one line is enough.
if (reason && process.env.TEST_WORKER_INDEX === undefined) {
  process.stderr.write(`electron project left out: ${reason}\n`)
}

/**
 * The window is the same in both hosts. Where the desktop app runs it takes all journeys, and the browser those that a
 * host can break: how it starts, ends, talks and is kept safe. SKEIN_ALL_HOSTS=1 runs all of them in both.
 */
const aboutHosts = [
  'approvals',
  'first-run',
  'keyboard',
  'recovery',
  'security',
  'startup',
  'steering',
  'windows',
].map((name) => `**/${name}.spec.ts`)

export default defineConfig<HostOptions>({
  testDir: 'e2e',
  globalSetup: './e2e/fixtures/global-setup.ts',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // A journey waits for its app and its window for half of its time.
  workers: 3,
  // Limits of what hangs, not measures of speed: a machine that has other work too must pass.
  timeout: 120_000,
  expect: { timeout: 25_000 },
  // An action that cannot happen says which one it was, long before the journey's own limit.
  use: { actionTimeout: 20_000, navigationTimeout: 20_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  projects: [
    {
      name: 'web',
      use: { host: 'web' },
      grepInvert: /@electron/,
      ...(reason || process.env.SKEIN_ALL_HOSTS === '1' ? {} : { testMatch: aboutHosts }),
    },
    ...(reason
      ? []
      : [{ name: 'electron', use: { host: 'electron' as const }, grepInvert: /@web/ }]),
  ],
})

// Profile folders for the processes under measurement.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface Profile {
  readonly home: string
  /** The working directory of its threads. */
  readonly work: string
}

const folders: string[] = []

/** Fresh. Not under the temporary folder, where some app-servers behave differently. */
export function makeProfile(modelUrl: string): Profile {
  const parent = join(homedir(), '.cache')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'skein-bench-'))
  folders.push(folder)
  const profile = { home: join(folder, 'home'), work: join(folder, 'work') }
  mkdirSync(profile.home, { mode: 0o700 })
  mkdirSync(profile.work)
  writeFileSync(join(profile.home, 'config.toml'), configOf(modelUrl))
  return profile
}

export function removeProfiles(): void {
  for (const folder of folders.splice(0))
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

function configOf(modelUrl: string): string {
  return `model = "mock-model"
model_provider = "mock"
approval_policy = "never"
sandbox_mode = "danger-full-access"

[model_providers.mock]
name = "Scripted model server"
base_url = "${modelUrl}"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`
}

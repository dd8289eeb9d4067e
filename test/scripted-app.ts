// The real app-server process in a profile of its own, with a scripted model server over real HTTP behind it.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { CallParams, Turn, UserInput } from '../src/protocol/index.ts'
import { type AppServer, type AppServerOptions, startAppServer } from './app-server-client.ts'
import { type ResponsesServer, startResponsesServer } from './responses-server.ts'

export interface Profile {
  readonly home: string
  /** An empty folder for threads to work in. */
  readonly work: string
}

export interface ProfileOptions {
  /** Top-level lines of config.toml. */
  readonly config?: string
  /** More keys of the table [model_providers.mock]; by default nothing is retried. */
  readonly provider?: string
}

/** Removed when the test ends. */
export async function makeProfile(
  modelUrl: string,
  options: ProfileOptions = {},
): Promise<Profile> {
  // Real paths: the app answers with them, also where the temporary folder is a link.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'skein-app-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const profile = { home: join(folder, 'home'), work: join(folder, 'work') }
  await mkdir(profile.home)
  await mkdir(profile.work)
  await writeFile(join(profile.home, 'config.toml'), configOf(modelUrl, options))
  return profile
}

export function configOf(
  modelUrl: string,
  { config = '', provider = noRetries }: ProfileOptions,
): string {
  return `model = "mock-model"
model_provider = "mock"
${config}

[model_providers.mock]
name = "Scripted"
base_url = "${modelUrl}"
wire_api = "responses"
${provider}
`
}

const noRetries = 'request_max_retries = 0\nstream_max_retries = 0'

export interface ScriptedApp extends Profile {
  readonly app: AppServer
  readonly model: ResponsesServer
  /** Another process on the same profile, with its handshake done; the first must have ended. */
  restart(): Promise<AppServer>
}

export interface ScriptedAppOptions extends ProfileOptions {
  readonly capabilities?: CallParams<'initialize'>['capabilities']
  readonly process?: Omit<AppServerOptions, 'home'>
}

/** Started and initialized. */
export async function openApp(options: ScriptedAppOptions = {}): Promise<ScriptedApp> {
  const model = await openModelServer()
  const profile = await makeProfile(model.url, options)
  const start = async (): Promise<AppServer> => {
    // A login shell reads the profile of whoever runs the tests; here it finds none.
    const env = { HOME: profile.home, ...options.process?.env }
    const app = startAppServer({ home: profile.home, ...options.process, env })
    await shakeHands(app, options.capabilities)
    return app
  }
  return { ...profile, model, app: await start(), restart: start }
}

export async function openModelServer(): Promise<ResponsesServer> {
  const model = await startResponsesServer()
  onTestFinished(() => model.close())
  return model
}

export async function shakeHands(
  app: AppServer,
  capabilities: CallParams<'initialize'>['capabilities'] = { experimentalApi: true },
): Promise<void> {
  await app.request('initialize', {
    clientInfo: { name: 'integration-test', title: null, version: '1' },
    ...(capabilities && { capabilities }),
  })
  app.write('{"method":"initialized"}\n')
}

export function words(text: string): UserInput[] {
  return [{ type: 'text', text, text_elements: [] }]
}

export async function startThread(
  { app, work }: Pick<ScriptedApp, 'app' | 'work'>,
  params: CallParams<'thread/start'> = {},
): Promise<string> {
  const { thread } = await app.request('thread/start', { cwd: work, ...params })
  return thread.id
}

/** Starts a turn and resolves with it as turn/completed tells it. */
export async function runTurn(
  app: AppServer,
  threadId: string,
  text: string,
  params: Partial<CallParams<'turn/start'>> = {},
): Promise<Turn> {
  const { turn } = await app.request('turn/start', { threadId, input: words(text), ...params })
  return turnEnd(app, turn.id)
}

export async function turnEnd(app: AppServer, turnId: string): Promise<Turn> {
  const { params } = await app.waitFor('turn/completed', ({ turn }) => turn.id === turnId)
  return params.turn
}

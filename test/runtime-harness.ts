// Threads with everything they stand on, as the app composes them: real store, files and servers, with a scripted
// model server over HTTP. Only the wire is missing.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createRuntime, type Runtime } from '../src/main/compose/runtime.ts'
import { silentLogger } from '../src/main/lib/logger.ts'
import type { CoreEvent } from '../src/main/threads/core-event.ts'
import type { Thread } from '../src/main/threads/thread.ts'
import type { ThreadSignal } from '../src/main/threads/thread-signal.ts'
import type { Notification, Params } from '../src/protocol/index.ts'
import { message, response } from './responses-events.ts'
import { type ResponsesServer, stream } from './responses-server.ts'
import {
  configOf,
  makeProfile,
  openModelServer,
  type Profile,
  type ProfileOptions,
} from './scripted-app.ts'

export interface RuntimeHarness extends Profile {
  readonly runtime: Runtime
  readonly model: ResponsesServer
  /** What threads said, oldest first. */
  readonly signals: readonly ThreadSignal[]
  /** What clients were told beside it. */
  readonly told: readonly Notification[]
  start(params?: Params<'thread/start'>): Promise<Thread>
  /** The next answers of the model, each the end of its turn. */
  answer(...texts: readonly string[]): void
  /** Replaces the person's config.toml by these lines in front of what names the model server. */
  configure(config: string): Promise<void>
}

export async function openRuntime(options: ProfileOptions = {}): Promise<RuntimeHarness> {
  const model = await openModelServer()
  const profile = await makeProfile(model.url, options)
  const signals: ThreadSignal[] = []
  const told: Notification[] = []
  const runtime = createRuntime(
    {
      home: profile.home,
      version: '0.0.0-test',
      env: { HOME: profile.home, PATH: process.env.PATH },
      logger: silentLogger,
      overrides: [],
      titles: () => false,
    },
    {
      publish: (_threadId, signal) => signals.push(signal),
      broadcast: (notification) => told.push(notification),
      ask: async () => ({ action: 'decline' }),
    },
  )
  onTestFinished(() => runtime.close())
  await runtime.ready
  let answers = 0
  return {
    ...profile,
    runtime,
    model,
    signals,
    told,
    start: (params = {}) =>
      runtime.manager.start({ cwd: profile.work, ...params }, { name: 'test', source: 'vscode' }),
    answer(...texts) {
      for (const text of texts)
        model.script(stream(response([message(text, { id: `msg_answer_${++answers}` })])))
    },
    configure: (config) =>
      writeFile(join(profile.home, 'config.toml'), configOf(model.url, { ...options, config })),
  }
}

/** Reads events until one of this type came; answers with it and all before it. */
export async function until(thread: Thread, type: CoreEvent['msg']['type']): Promise<CoreEvent[]> {
  const heard: CoreEvent[] = []
  for (;;) {
    const event = await thread.nextEvent()
    heard.push(event)
    if (event.msg.type === type) return heard
  }
}

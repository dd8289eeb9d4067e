// Threads with something in them, and what a list shows of them.
import type { CallParams } from '../src/protocol/index.ts'
import type { AppServer, Nullable } from './app-server-client.ts'
import { message, response } from './responses-events.ts'
import { stream } from './responses-server.ts'
import { runTurn, type ScriptedApp, startThread } from './scripted-app.ts'

/** Threads with one answered turn each, oldest first. */
export async function usedThreads(opened: ScriptedApp, ...texts: string[]): Promise<string[]> {
  opened.model.otherwise(stream(response([message('fine')])))
  const ids: string[] = []
  for (const text of texts) {
    const threadId = await startThread(opened)
    await runTurn(opened.app, threadId, text)
    ids.push(threadId)
  }
  return ids
}

export async function listed(
  app: AppServer,
  params: Nullable<CallParams<'thread/list'>> = {},
): Promise<string[]> {
  const { data } = await app.request('thread/list', params)
  return data.map(({ preview }) => preview)
}

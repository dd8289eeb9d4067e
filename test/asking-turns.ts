// Turns in which a model makes calls and a person answers what they bring up.
import { randomUUID } from 'node:crypto'
import type { CallParams, ServerRequest, Turn } from '../src/protocol/index.ts'
import { functionCall, message, response, type SseEvent } from './responses-events.ts'
import { stream } from './responses-server.ts'
import { type ScriptedApp, startThread, turnEnd, words } from './scripted-app.ts'

/** A call of exec_command with an id of its own. */
export function exec(cmd: string, args: object = {}): readonly SseEvent[] {
  return functionCall('exec_command', { cmd, ...args }, { callId: `call_${randomUUID()}` })
}

/** A patch handed to apply_patch by way of a command. */
export function patchOf(body: string): readonly SseEvent[] {
  return exec(`apply_patch <<'EOF'\n*** Begin Patch\n${body}\n*** End Patch\nEOF`)
}

export interface AskedTurn {
  readonly turn: Turn
  /** What the model read of each call, in their order. */
  readonly outputs: readonly string[]
  /** Everything that was asked, in the order of the questions. */
  readonly questions: readonly ServerRequest[]
}

/**
 * Runs one turn with these calls, one for each response, and answers the first questions with these decisions. Whoever
 * is asked more than that waits for ever, and the test fails.
 */
export async function runAsked(
  { app, model }: Pick<ScriptedApp, 'app' | 'model'>,
  threadId: string,
  calls: readonly (readonly SseEvent[])[],
  decisions: readonly unknown[] = [],
  params: Partial<CallParams<'turn/start'>> = {},
): Promise<AskedTurn> {
  const before = app.serverRequests.length
  const last = message('ok', { id: `msg_${randomUUID()}` })
  model.script(...calls.map((call) => stream(response([call]))), stream(response([last])))
  const started = await app.request('turn/start', { threadId, input: words('go'), ...params })
  for (const [index, decision] of decisions.entries()) {
    const { id } = await app.waitForServerRequest(before + index + 1)
    app.answer(id, { result: { decision } })
  }
  const turn = await turnEnd(app, started.turn.id)
  const read = model.requests.at(-1)?.body.input ?? []
  const outputs = calls.flatMap(callIds).map((id) => {
    const output = read.find(
      ({ call_id, type }) => call_id === id && String(type).endsWith('_call_output'),
    )
    return String(output?.output)
  })
  return { turn, outputs, questions: app.serverRequests.slice(before) }
}

function callIds(events: readonly SseEvent[]): readonly string[] {
  return events.flatMap(({ type, item }) =>
    type === 'response.output_item.done' ? [String((item as { call_id?: unknown }).call_id)] : [],
  )
}

/** Confined to the workspace alone: temporary folders are writable otherwise, and the tests live in one. */
export const confined = {
  sandbox: 'workspace-write',
  config: {
    'sandbox_workspace_write.exclude_slash_tmp': true,
    'sandbox_workspace_write.exclude_tmpdir_env_var': true,
  },
} as const satisfies CallParams<'thread/start'>

/** A thread that is confined to its workspace. */
export function startConfined(
  opened: Pick<ScriptedApp, 'app' | 'work'>,
  params: CallParams<'thread/start'>,
): Promise<string> {
  return startThread(opened, { ...confined, ...params })
}

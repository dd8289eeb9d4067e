// Rollout files as the reference writes them, made of a few words: one builder for each form of history.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

type Line = Readonly<Record<string, unknown>>

export interface RolloutMeta {
  readonly id: string
  readonly mode?: string
  readonly extra?: Line
}

const START_MS = Date.UTC(2026, 4, 1, 10)

/** Lines with times one second apart; paginated ones are numbered from `firstOrdinal`. */
export function rolloutLines(
  { id, mode = 'legacy', extra = {} }: RolloutMeta,
  body: readonly Line[],
  firstOrdinal = 0,
): string[] {
  const meta = line('session_meta', {
    id,
    timestamp: new Date(START_MS + firstOrdinal * 1000).toISOString(),
    cwd: '/projects/somewhere',
    originator: 'a-client',
    cli_version: '0.169.0',
    source: 'vscode',
    model_provider: 'mock',
    history_mode: mode,
    ...extra,
  })
  return [meta, ...body].map((made, index) =>
    JSON.stringify({
      timestamp: new Date(START_MS + (firstOrdinal + index) * 1000).toISOString(),
      ...(mode === 'paginated' && { ordinal: firstOrdinal + index }),
      ...made,
    }),
  )
}

export function line(type: string, payload: Line): Line {
  return { type, payload }
}

export function event(type: string, members: Line = {}): Line {
  return line('event_msg', { type, ...members })
}

export function turnStart(turnId: string): Line {
  return event('task_started', { turn_id: turnId, root_turn_id: turnId })
}

export function turnEnd(turnId: string, members: Line = {}): Line {
  return event('task_complete', { turn_id: turnId, duration_ms: 5, ...members })
}

export function said(role: 'user' | 'assistant' | 'developer', text: string): Line {
  const type = role === 'assistant' ? 'output_text' : 'input_text'
  return line('response_item', { type: 'message', role, content: [{ type, text }] })
}

export function itemDone(turnId: string, item: Line): Line {
  return event('item_completed', { turn_id: turnId, item })
}

/** One whole turn with a question and its answer, in the words of either form. */
export function wholeTurn(
  mode: 'legacy' | 'paginated',
  turnId: string,
  question: string,
  answer: string,
): Line[] {
  const asked = {
    type: 'UserMessage',
    id: `${turnId}-u`,
    content: [{ type: 'text', text: question }],
  }
  const told = {
    type: 'AgentMessage',
    id: `${turnId}-a`,
    content: [{ type: 'Text', text: answer }],
  }
  return [
    turnStart(turnId),
    said('user', question),
    mode === 'legacy'
      ? event('user_message', { message: question, images: [], local_images: [] })
      : itemDone(turnId, asked),
    mode === 'legacy' ? event('agent_message', { message: answer }) : itemDone(turnId, told),
    said('assistant', answer),
    turnEnd(turnId),
  ]
}

/** `home/sessions/2026/05/01/rollout-…-ID.jsonl`, or another place below `home`. */
export async function writeRollout(
  home: string,
  id: string,
  lines: readonly string[],
  options: { readonly folder?: string; readonly segment?: string; readonly text?: string } = {},
): Promise<string> {
  const { folder = 'sessions/2026/05/01', segment } = options
  const name = `rollout-2026-05-01T10-00-00-${id}${segment ? `_${segment}` : ''}.jsonl`
  const path = join(home, folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, options.text ?? `${lines.join('\n')}\n`)
  return path
}

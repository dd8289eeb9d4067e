// Items as rollout files have them, to items as we show them.
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CommandAction, FileChange, ThreadItem, UserInput } from '../../protocol/index.ts'
import { type Json, list, number, record, text, texts } from './json.ts'
import { commandText } from './shell-words.ts'
import {
  agentCallItem,
  durationOf,
  dynamicItem,
  type ItemTimes,
  imageItem,
  mcpItem,
  webSearchItem,
} from './tool-items.ts'

type Status = 'inProgress' | 'completed' | 'failed' | 'declined'

/** The item of an `item_completed` line; undefined for one without a name. Unknown kinds keep their members. */
export function itemOfCompleted(item: Json, times: ItemTimes): ThreadItem | undefined {
  const kind = text(item.type)
  const id = text(item.id)
  if (kind === undefined || id === undefined) return undefined
  switch (kind) {
    case 'UserMessage':
      return userItem(id, list(item.content).map(inputOf), times)
    case 'AgentMessage': {
      const said = list(item.content).map((part) => text(record(part)?.text) ?? '')
      return agentItem(id, said.join(''), text(item.phase), times)
    }
    case 'Reasoning':
      return {
        type: 'reasoning',
        id,
        summary: texts(item.summary_text),
        content: texts(item.raw_content),
        ...times,
      }
    case 'Plan':
      return { type: 'plan', id, text: text(item.text) ?? '', ...times }
    case 'CommandExecution':
      return commandOf(id, item, times)
    case 'FileChange':
      return fileChangeItem(id, record(item.changes), statusOf(item.status), times)
    case 'ContextCompaction':
      return { type: 'contextCompaction', id, ...times }
    case 'EnteredReviewMode':
      return reviewItem('enteredReviewMode', id, text(item.user_facing_hint) ?? '', times)
    case 'ExitedReviewMode':
      return reviewItem('exitedReviewMode', id, reviewText(record(item.review_output)), times)
    case 'McpToolCall':
      return mcpItem(id, item, times)
    case 'DynamicToolCall':
      return dynamicItem(id, item, times)
    case 'CollabAgentToolCall':
      return agentCallItem(id, item, times)
    case 'WebSearch':
      return webSearchItem(id, item, times)
    case 'ImageGeneration':
      return imageItem(id, item, times)
    case 'ImageView':
      return { type: 'imageView', id, path: pathOf(text(item.path) ?? ''), ...times }
    default: {
      const type = kind.charAt(0).toLowerCase() + kind.slice(1)
      // A kind of the future: what it says is kept, and whoever knows it can show it.
      return { ...item, type, id, ...times } as unknown as ThreadItem
    }
  }
}

export function userItem(id: string, content: readonly UserInput[], times: ItemTimes): ThreadItem {
  const { startedAtMs, completedAtMs } = times
  return {
    type: 'userMessage',
    id,
    clientId: null,
    content: [...content],
    startedAtMs,
    completedAtMs,
  }
}

export function agentItem(
  id: string,
  said: string,
  phase: string | undefined,
  times: ItemTimes,
): ThreadItem {
  // Named, not spread: most items of most threads come through here.
  const { startedAtMs, completedAtMs } = times
  const known = phase === 'commentary' || phase === 'partial_answer' || phase === 'final_answer'
  return {
    type: 'agentMessage',
    id,
    text: said,
    phase: known ? phase : null,
    memoryCitation: null,
    moderation: null,
    delivery: null,
    questions: null,
    startedAtMs,
    completedAtMs,
  }
}

/** The payload of a `user_message` event: its text and whatever pictures came with it. */
export function inputOfEvent(payload: Json): UserInput[] {
  const said = text(payload.message) ?? ''
  const text_elements = elementsOf(payload.text_elements)
  const input: UserInput[] = said === '' ? [] : [{ type: 'text', text: said, text_elements }]
  for (const url of texts(payload.images)) input.push({ type: 'image', url })
  for (const path of texts(payload.local_images)) input.push({ type: 'localImage', path })
  return input
}

function inputOf(part: unknown): UserInput {
  const input = record(part) ?? {}
  switch (input.type) {
    case 'image':
      return { type: 'image', url: text(input.image_url) ?? text(input.url) ?? '' }
    case 'local_image':
      return { type: 'localImage', path: text(input.path) ?? '' }
    case 'skill':
    case 'mention':
      return { type: input.type, name: text(input.name) ?? '', path: text(input.path) ?? '' }
    default:
      return {
        type: 'text',
        text: text(input.text) ?? '',
        text_elements: elementsOf(input.text_elements),
      }
  }
}

function elementsOf(elements: unknown): TextElement[] {
  // Most texts have none, and most lines are texts.
  if (!Array.isArray(elements)) return []
  return elements.flatMap((element: unknown) => {
    const { byte_range, byteRange, placeholder } = record(element) ?? {}
    const { start, end } = record(byte_range ?? byteRange) ?? {}
    const range = { start: number(start), end: number(end) }
    if (range.start === undefined || range.end === undefined) return []
    return [
      { byteRange: range as TextElement['byteRange'], placeholder: text(placeholder) ?? null },
    ]
  })
}

type TextElement = NonNullable<Extract<UserInput, { type: 'text' }>['text_elements']>[number]

interface CommandFacts {
  readonly command: string
  readonly cwd: string
  readonly output: string | null
  readonly exitCode: number | null
  readonly durationMs: number | null
  readonly status: Status
}

/** A command as the tool calls of a legacy file tell it. */
export function commandItem(id: string, facts: CommandFacts, times: ItemTimes): ThreadItem {
  return {
    type: 'commandExecution',
    id,
    command: facts.command,
    cwd: facts.cwd,
    processId: null,
    source: 'agent',
    status: facts.status,
    commandActions: [{ type: 'unknown', command: facts.command }],
    aggregatedOutput: facts.output,
    exitCode: facts.exitCode,
    durationMs: facts.durationMs,
    pluginId: null,
    scriptPath: null,
    ...times,
  }
}

const sources = {
  agent: 'agent',
  user_shell: 'userShell',
  unified_exec_startup: 'unifiedExecStartup',
  unified_exec_interaction: 'unifiedExecInteraction',
} as const

function commandOf(id: string, item: Json, times: ItemTimes): ThreadItem {
  const source = text(item.source) ?? 'agent'
  const cwd = pathOf(text(item.cwd) ?? '')
  const base = commandItem(
    id,
    {
      command: commandText(item.command),
      cwd,
      output: text(item.aggregated_output) || null,
      exitCode: number(item.exit_code) ?? null,
      durationMs: durationOf(item.duration),
      status: statusOf(item.status),
    },
    times,
  )
  const parsed = list(item.parsed_cmd).map((action) => actionOf(action, cwd))
  return {
    ...base,
    processId: text(item.process_id) ?? null,
    source: source in sources ? sources[source as keyof typeof sources] : 'agent',
    commandActions: parsed,
  } as ThreadItem
}

function actionOf(parsed: unknown, cwd: string): CommandAction {
  const action = record(parsed) ?? {}
  const command = text(action.cmd) ?? ''
  const path = pathOf(text(action.path) ?? '')
  switch (action.type) {
    case 'read':
      return {
        type: 'read',
        command,
        name: text(action.name) ?? '',
        path: isAbsolute(path) ? path : join(cwd, path),
      }
    case 'list_files':
      return { type: 'listFiles', command, path: text(action.path) ?? null }
    case 'search':
      return {
        type: 'search',
        command,
        query: text(action.query) ?? null,
        path: text(action.path) ?? null,
      }
    default:
      return { type: 'unknown', command }
  }
}

export function fileChangeItem(
  id: string,
  changes: Json | undefined,
  status: Status,
  times: ItemTimes,
): ThreadItem {
  const all = Object.entries(changes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    type: 'fileChange',
    id,
    changes: all.map(([path, change]) => changeOf(path, record(change))),
    status,
    ...times,
  }
}

function changeOf(path: string, change: Json | undefined): FileChange {
  const type = text(change?.type)
  if (type === 'add' || type === 'delete')
    return { path, kind: { type }, diff: text(change?.content) ?? '' }
  return {
    path,
    kind: { type: 'update', move_path: text(change?.move_path) ?? null },
    diff: text(change?.unified_diff) ?? '',
  }
}

export function reviewItem(
  type: 'enteredReviewMode' | 'exitedReviewMode',
  id: string,
  review: string,
  times: ItemTimes,
): ThreadItem {
  return { type, id, review, ...times } as unknown as ThreadItem
}

/** What a reviewer found, as words. */
export function reviewText(output: Json | undefined): string {
  const findings = list(output?.findings).map((finding) => findingText(record(finding) ?? {}))
  const heading = findings.length === 1 ? 'Review comment:' : 'Full review comments:'
  const explanation = text(output?.overall_explanation)?.trim() ?? ''
  return [explanation, ...(findings.length > 0 ? [heading, ...findings] : [])]
    .filter(Boolean)
    .join('\n\n')
}

function findingText({ title, body, code_location }: Json): string {
  const place = record(code_location)
  const lines = record(place?.line_range)
  const path = text(place?.absolute_file_path)
  const where = path === undefined ? '' : ` — ${path}:${lines?.start}-${lines?.end}`
  const said = (text(body) ?? '').split('\n').map((line) => `  ${line}`)
  return [`- ${text(title) ?? ''}${where}`, ...said].join('\n')
}

function statusOf(status: unknown): Status {
  if (status === 'failed' || status === 'declined') return status
  return status === 'in_progress' ? 'inProgress' : 'completed'
}

/** Newer files write folders as addresses. Windows' long form and letter case are brought to one spelling. */
export function pathOf(path: string): string {
  const plain = path.startsWith('file://') ? fromUrl(path) : path
  return plain
    .replace(/^\\\\\?\\/, '')
    .replace(/^[a-z](?=:[\\/])/, (letter) => letter.toUpperCase())
    .replace(/^\\\\wsl\.localhost\\/i, '\\\\wsl$\\')
}

function fromUrl(url: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    return url
  }
}

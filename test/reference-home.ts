// A home of the reference, filled by the reference itself: one thread for each way a thread can go, in both forms.
import type { App } from '../bench/side.ts'
import type { SseEvent } from './responses-events.ts'
import { functionCall, message, reasoning, response } from './responses-events.ts'
import {
  type Reply,
  type RequestBody,
  type ResponsesServer,
  silence,
  status,
  stream,
} from './responses-server.ts'

export type HistoryMode = 'legacy' | 'paginated'

/** What the scripted model does is asked for by the words of the person. */
export function replyTo({ body }: { readonly body: RequestBody }): Reply {
  const words = lastWords(body)
  const isAnswered = body.input.some(
    ({ type, call_id }) => String(type).endsWith('_output') && call_id === `call ${words}`,
  )
  if (JSON.stringify(body.input.at(-1)).includes('CONTEXT CHECKPOINT')) return said('A summary.')
  if (words.startsWith('wait')) return silence
  if (words.startsWith('fail')) return status(400, '{"error":{"message":"no"}}')
  if (words.startsWith('think'))
    return answer([reasoning(['A thought.']), message(`thought ${words}`)])
  if (words.startsWith('search')) {
    const action = { type: 'search', query: words }
    const item = { type: 'web_search_call', id: 'ws_1', status: 'completed', action }
    return answer([
      [{ type: 'response.output_item.done', output_index: 0, item }],
      message('found'),
    ])
  }
  if (!isAnswered && words.startsWith('run'))
    return answer([
      functionCall('exec_command', { cmd: `echo ${words}` }, { callId: `call ${words}` }),
    ])
  if (!isAnswered && words.startsWith('patch')) {
    const file = `${words.replaceAll(' ', '-')}.txt`
    const patch = `*** Begin Patch\n*** Add File: ${file}\n+${words}\n*** End Patch`
    const cmd = `apply_patch <<'EOF'\n${patch}\nEOF`
    return answer([functionCall('exec_command', { cmd }, { callId: `call ${words}` })])
  }
  return said(`answer to ${words}`)
}

function lastWords({ input }: RequestBody): string {
  const own = input.filter(({ type, role }) => type === 'message' && role === 'user')
  const content = own.at(-1)?.content as readonly { text?: string }[] | undefined
  return content?.at(-1)?.text ?? ''
}

function answer(outputs: readonly (readonly SseEvent[])[]): Reply {
  return stream(response(outputs))
}

function said(text: string): Reply {
  return answer([message(text)])
}

export interface Reference {
  readonly app: App
  readonly work: string
  /** Answers with `replyTo`. */
  readonly model: ResponsesServer
}

type Turn = { readonly id: string; readonly status: string }

/** By what was done with each: the id of the thread. The last one is left with a turn in progress. */
export async function fillHome(
  { app, work, model }: Reference,
  historyMode: HistoryMode,
): Promise<Readonly<Record<string, string>>> {
  async function start(): Promise<string> {
    const { thread } = await app.request<{ thread: { id: string } }>('thread/start', {
      cwd: work,
      historyMode,
      approvalPolicy: 'never',
      sandbox: 'danger-full-access',
    })
    return thread.id
  }

  async function begin(threadId: string, text: string): Promise<string> {
    const input = [{ type: 'text', text }]
    const { turn } = await app.request<{ turn: Turn }>('turn/start', { threadId, input })
    return turn.id
  }

  /** Resolves when the model was asked and says nothing. */
  async function hang(threadId: string, text: string): Promise<string> {
    const asked = model.waitForRequest(model.requests.length + 1)
    const turnId = await begin(threadId, text)
    await asked
    return turnId
  }

  async function say(threadId: string, ...all: string[]): Promise<string[]> {
    const ids: string[] = []
    for (const text of all) {
      const ended = app.turnEnd(threadId).catch(() => undefined)
      ids.push(await begin(threadId, text))
      await ended
    }
    return ids
  }

  async function saying(...all: string[]): Promise<string> {
    const threadId = await start()
    await say(threadId, ...all)
    return threadId
  }

  const made: Record<string, string> = {}
  made.plain = await saying('one', 'two')
  made.reasoned = await saying('think hard')
  made.searched = await saying('search for it')
  made.commands = await saying('run this', 'run that')
  made.patched = await saying('patch a file')
  made.failed = await saying('fail now', 'and go on')

  made.interrupted = await saying('before')
  const stopped = app.turnEnd(made.interrupted).catch(() => undefined)
  const turnId = await hang(made.interrupted, 'wait for ever')
  await app.request('turn/interrupt', { threadId: made.interrupted, turnId })
  await stopped
  await say(made.interrupted, 'after')

  made.parent = await start()
  const [, second] = await say(made.parent, 'kept', 'run it', 'not in the fork')
  const forkOf = async (threadId: string, lastTurnId?: string): Promise<string> => {
    const params = { threadId, ...(lastTurnId !== undefined && { lastTurnId }) }
    return (await app.request<{ thread: { id: string } }>('thread/fork', params)).thread.id
  }
  made.fork = await forkOf(made.parent, second)
  await say(made.fork, 'in the fork')
  made.forkOfFork = await forkOf(made.fork)
  await say(made.forkOfFork, 'in the fork of the fork')

  made.named = await saying('to be named')
  await app.request('thread/name/set', { threadId: made.named, name: 'A good name' })
  made.goal = await saying('with a goal')
  await app.request('thread/goal/set', {
    threadId: made.goal,
    objective: 'Be done',
    status: 'paused',
  })
  made.cleared = await saying('without its goal')
  const forgotten = { threadId: made.cleared, objective: 'Be forgotten', status: 'paused' }
  await app.request('thread/goal/set', forgotten)
  await app.request('thread/goal/clear', { threadId: made.cleared })
  made.goalFirst = await start()
  const first = { threadId: made.goalFirst, objective: 'Be first', status: 'paused' }
  await app.request('thread/goal/set', first)
  await say(made.goalFirst, 'later words')

  made.injected = await saying('first')
  const content = [{ type: 'input_text', text: 'put in' }]
  const items = [{ type: 'message', role: 'user', content }]
  await app.request('thread/inject_items', { threadId: made.injected, items })

  made.compacted = await saying('long ago', 'run once')
  const summed = app.turnEnd(made.compacted).catch(() => undefined)
  await app.request('thread/compact/start', { threadId: made.compacted })
  await summed
  await say(made.compacted, 'since then')

  if (historyMode === 'paginated') {
    made.reverted = await start()
    const [, wrong] = await say(made.reverted, 'right', 'wrong', 'wrong too')
    await app.request('thread/revert', { threadId: made.reverted, beforeTurnId: wrong })
    await say(made.reverted, 'right again')

    made.revertedTwice = await start()
    const [, goes] = await say(made.revertedTwice, 'stays', 'goes', 'goes too')
    await app.request('thread/revert', { threadId: made.revertedTwice, beforeTurnId: goes })
    const [, later] = await say(made.revertedTwice, 'stays as well', 'goes later')
    await app.request('thread/revert', { threadId: made.revertedTwice, beforeTurnId: later })
    await say(made.revertedTwice, 'is last')
    made.forkOfReverted = await forkOf(made.revertedTwice)
    await say(made.forkOfReverted, 'in its fork')
  }

  made.archived = await saying('put away')
  await app.request('thread/archive', { threadId: made.archived })
  made.killed = await saying('before the end')
  await hang(made.killed, 'wait and be killed')
  return made
}

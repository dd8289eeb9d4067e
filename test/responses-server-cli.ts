// The scripted Responses server as a process of its own, for the bench: what it answers is asked for in the
// latest words of the person, so that any number of threads can use it at once.
//   deltas N          a message of N deltas
//   commands N CMD    N times exec_command CMD, one after the other, then a message
// Anything else gets a short message. Prints {"url"} first; on a line `stats` on stdin it prints
// {"requests": [{thread, arrivedAtMs, answeredAtMs}]} and forgets them; ends with stdin.
import { createInterface } from 'node:readline'
import { functionCall, manyDeltas, message, response, type SseEvent } from './responses-events.ts'
import { type RecordedRequest, type Reply, sse, startResponsesServer } from './responses-server.ts'

/** Stands in prepared bytes for ids that must differ from one response to the next. */
const UNIQUE = '@unique@'

const prepared = new Map<string, string>()
let responses = 0

function replyTo(request: RecordedRequest): Reply {
  const { input } = request.body
  const spoken = input.findLastIndex((item) => item.role === 'user')
  const words = textOf(input[spoken]?.content).trim()
  const [, count = '1', cmd = 'true'] = /^(?:deltas|commands) (\d+)\s*(.*)$/s.exec(words) ?? []
  const outputs = input.slice(spoken + 1).filter(({ type }) => type === 'function_call_output')
  if (words.startsWith('commands') && outputs.length < Number(count))
    return unique(`call ${cmd}`, () =>
      response([
        functionCall('exec_command', { cmd: cmd || 'true' }, { callId: `call_${UNIQUE}` }),
      ]),
    )
  const deltas = words.startsWith('deltas') ? Number(count) : 1
  return unique(`deltas ${deltas}`, () =>
    response([message(manyDeltas(deltas), { id: `msg_${UNIQUE}` })], { id: `resp_${UNIQUE}` }),
  )
}

/** Serialised once for each kind; only the ids are put in anew. */
function unique(kind: string, build: () => readonly SseEvent[]): Reply {
  const text = prepared.get(kind) ?? build().map(sse).join('')
  prepared.set(kind, text)
  const bytes = Buffer.from(text.replaceAll(UNIQUE, String(++responses)))
  return { type: 'stream', steps: [{ type: 'write', bytes }] }
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: { text?: unknown }) => String(part.text ?? '')).join('\n')
}

const server = await startResponsesServer()
server.otherwise(replyTo)
const print = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value)}\n`)
print({ url: server.url })
let told = 0
createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line !== 'stats') return
    const untold = server.requests.slice(told)
    told = server.requests.length
    print({
      requests: untold.map(({ body, arrivedAtMs, answeredAtMs }) => ({
        thread: body.prompt_cache_key ?? null,
        arrivedAtMs,
        answeredAtMs,
      })),
    })
  })
  .on('close', () => void server.close())

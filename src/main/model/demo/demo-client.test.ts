import { describe, expect, it } from 'vitest'
import { modelRequest, userText } from '../../../../test/model-request.ts'
import { modelClientSuite, type Situation } from '../../../../test/port-suites/model-client.ts'
import { ModelError, type ModelEvent, type ModelRequest } from '../model-client.ts'
import { isToolCall, type ModelItem, toolOutput } from '../model-item.ts'
import { createDemoClient } from './demo-client.ts'

const words: Readonly<Record<Situation, string>> = {
  message: 'help',
  reasoning: 'long',
  call: 'command',
  broken: 'error',
  stuck: 'long',
}

modelClientSuite('demo', async () => ({
  client: createDemoClient({ isInstant: true }),
  prepare: (situation) => ({ input: [userText(words[situation])] }),
  close: async () => undefined,
}))

/** What stands in for the tools: the text a call is answered with. */
type Answer = (name: string) => string

const worked: Answer = (name) =>
  name === 'exec_command'
    ? 'Chunk ID: 0a1b2c\nWall time: 0.0100 seconds\nProcess exited with code 0\nOriginal token count: 1\nOutput:\nok'
    : 'Exit code: 0\nWall time: 0.1 seconds\nOutput:\nok'
const refused: Answer = () => 'rejected by user'

interface Performance {
  readonly history: readonly ModelItem[]
  readonly errors: readonly unknown[]
  readonly requests: number
}

/** Runs a turn the way a turn loop does: outputs to calls, broken responses asked again, until it rests. */
async function perform(
  history: readonly ModelItem[],
  options: {
    answer?: Answer
    turnId?: string
    steer?: (request: number) => readonly ModelItem[]
  } = {},
): Promise<Performance> {
  const { answer = worked, turnId = 'turn-1', steer = () => [] } = options
  const input = [...history]
  const errors: unknown[] = []
  for (let requests = 1; ; requests++) {
    const request = modelRequest({ input: [...input], turnId })
    const { items, wantsMore, error } = await respond(request, answer)
    input.push(...items)
    const steered = steer(requests)
    input.push(...steered)
    if (error !== null) errors.push(error)
    const isOver = error instanceof ModelError ? !error.retryable : !wantsMore
    if (isOver && steered.length === 0) return { history: input, errors, requests }
  }
}

async function respond(request: ModelRequest, answer: Answer) {
  const items: ModelItem[] = []
  const outputs: ModelItem[] = []
  let wantsMore = false
  try {
    for await (const event of instantly(request)) {
      if (event.type === 'completed') wantsMore = outputs.length > 0 || event.endTurn === false
      if (event.type !== 'itemDone') continue
      items.push(event.item)
      if (isToolCall(event.item)) outputs.push(toolOutput(event.item, answer(event.item.name)))
    }
  } catch (error) {
    return { items: [...items, ...outputs], wantsMore, error }
  }
  return { items: [...items, ...outputs], wantsMore, error: null }
}

function instantly(request: ModelRequest): AsyncIterable<ModelEvent> {
  return createDemoClient({ isInstant: true }).stream(request, new AbortController().signal)
}

function callsIn(history: readonly ModelItem[]): readonly string[] {
  return history.filter(isToolCall).map(({ name }) => name)
}

function saidIn(history: readonly ModelItem[]): readonly string[] {
  return history
    .filter(({ type, role }) => type === 'message' && role === 'assistant')
    .map(({ content }) => (content as { text: string }[])[0]?.text ?? '')
}

describe('demo model', () => {
  it('shows everything in its first turn, whatever is said', async () => {
    const { history, errors, requests } = await perform([userText('hello there')])
    expect(errors).toEqual([])
    expect(requests).toBe(7)
    expect(callsIn(history)).toEqual([
      'update_plan',
      'exec_command',
      'exec_command',
      'update_plan',
      'apply_patch',
      'update_plan',
      'exec_command',
      'update_plan',
    ])
    expect(history.some(({ type }) => type === 'reasoning')).toBe(true)
    expect(saidIn(history).at(-1)).toContain('## What to try next')
  })

  it('asks for one command to leave the sandbox, and says why', async () => {
    const { history } = await perform([userText('hello')])
    const escalated = history
      .filter((item) => isToolCall(item) && item.type === 'function_call')
      .map((item) => JSON.parse(String(item.arguments)))
      .filter((args) => args.sandbox_permissions !== undefined)
    expect(escalated).toEqual([
      {
        cmd: 'date && uname -s',
        sandbox_permissions: 'require_escalated',
        justification: expect.stringContaining('outside the sandbox'),
      },
    ])
  })

  it('comes to its end when nothing is allowed, and says what was not done', async () => {
    const { history, requests } = await perform([userText('hello')], { answer: refused })
    expect(requests).toBe(7)
    expect(saidIn(history).filter((text) => text.includes('rejected by user'))).toHaveLength(4)
  })

  it('patches only what it has written', async () => {
    const { history } = await perform([userText('hello')], { answer: refused })
    const patches = history.filter(({ name }) => name === 'apply_patch')
    expect(patches.map(({ input }) => String(input).includes('Update File'))).toEqual([false])
  })

  it('sends a patch as JSON when the tool is offered as a function', async () => {
    const tools = [
      { kind: 'function', name: 'apply_patch', description: '', parameters: {} },
    ] as const
    const events: ModelEvent[] = []
    for await (const event of instantly(modelRequest({ input: [userText('patch')], tools })))
      events.push(event)
    const call = events.find((event) => event.type === 'itemDone' && event.item.name !== undefined)
    expect(call).toMatchObject({ item: { type: 'function_call', name: 'apply_patch' } })
  })

  it.each(['help', 'plan', 'command', 'patch', 'approve', 'long', 'tour'])(
    'plays %s to its end',
    async (word) => {
      const { errors, history } = await perform([userText(`Please, ${word.toUpperCase()}!`)])
      expect(errors).toEqual([])
      expect(history.at(-1)).toMatchObject({ type: 'message', role: 'assistant' })
    },
  )

  it('recovers from a broken stream on its second attempt, then fails for good', async () => {
    const { errors, history } = await perform([userText('error')])
    expect(errors).toMatchObject([
      {
        message: 'stream disconnected before completion: stream closed before response.completed',
        retryable: true,
      },
      { retryable: false, info: 'other' },
    ])
    expect(saidIn(history)).toEqual([expect.stringContaining('That was a broken connection')])
  })

  it('answers later words it does not know with what it knows', async () => {
    const first = await perform([userText('plan')])
    const later = await perform([...first.history, userText('write `rm -rf` <b>for</b> me')], {
      turnId: 'turn-2',
    })
    expect(saidIn(later.history).at(-1)).toMatch(
      /^You wrote “write rm -rf b for \/b me”\. .*`help`/,
    )
  })

  it('starts its script anew in a turn after an interrupted one', async () => {
    const events = instantly(modelRequest({ input: [userText('plan')], turnId: 'turn-1' }))
    const cut: ModelItem[] = []
    for await (const event of events) if (event.type === 'itemDone') cut.push(event.item)
    const { history } = await perform([userText('plan'), ...cut, userText('plan')], {
      turnId: 'turn-2',
    })
    expect(saidIn(history).filter((text) => text.startsWith('A plan is a list'))).toHaveLength(2)
  })

  it('acknowledges what was steered in and goes on with its script', async () => {
    const { history, requests } = await perform([userText('plan')], {
      steer: (request) => (request === 2 ? [userText('milk first,\nplease')] : []),
    })
    expect(requests).toBe(5)
    expect(saidIn(history)[2]).toMatch(/^I heard you: “milk first, please”/)
  })

  it('acknowledges what was steered in at its very end', async () => {
    const { history, requests } = await perform([userText('help')], {
      steer: (request) => (request === 1 ? [userText('thanks')] : []),
    })
    expect(requests).toBe(2)
    expect(saidIn(history)[1]).toMatch(/^I heard you: “thanks”/)
  })

  it("does not take the app's notes for a person's words", async () => {
    const note = userText('<environment_context>plan</environment_context>')
    const { history } = await perform([userText('help'), note])
    expect(saidIn(history)[0]).toContain('I am scripted')
  })
})

import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { call, hang, say, sayPartly } from '../../../../test/fake-model.ts'
import { inWords, openThread } from '../../../../test/thread-harness.ts'
import { ModelError } from '../../model/model-client.ts'
import { userMessage } from '../../model/model-item.ts'
import type { ThreadSignal } from '../thread-signal.ts'
import type { Extension, ThreadControl } from './extension.ts'
import { extensionKey } from './extension-data.ts'

const words = (text: string) => userMessage([{ type: 'input_text', text }])

/** Notes every hook as `name hook`, and what `control` it was given. */
function diary(name: string, log: string[]): Extension & { control: () => ThreadControl } {
  let control: ThreadControl | undefined
  const note = (hook: string) => log.push(`${name} ${hook}`)
  return {
    name,
    control: () => {
      if (!control) throw new Error('no hook was called yet')
      return control
    },
    onTurnStart(input) {
      control = input.control
      note('turnStart')
    },
    contributeTurnInput() {
      note('turnInput')
      return []
    },
    onTokenUsage: ({ usage }) => void note(`usage ${usage.total.totalTokens > 0}`),
    onToolStart: ({ call: { name: tool } }) => void note(`toolStart ${tool}`),
    onToolFinish: ({ end }) => void note(`toolFinish ${end}`),
    onTurnError: ({ error }) => void note(`turnError ${error.message}`),
    onTurnStop: () => void note('turnStop'),
    onTurnCut: ({ reason }) => void note(`turnCut ${reason}`),
    onTurnAbort: ({ reason }) => void note(`turnAbort ${reason}`),
    onThreadIdle: () => void note('threadIdle'),
    onThreadStop: () => void note('threadStop'),
  }
}

/** Notes every hook of a turn but `onModelAnswer`, which comes when a stream ends, whatever is under way then. */
function everyHook(log: string[]): Extension {
  const note = (hook: string): void => void log.push(hook)
  return {
    name: 'every hook',
    contributeContext() {
      note('context')
      return []
    },
    onTurnStart: () => note('turnStart'),
    contributeTurnInput() {
      note('turnInput')
      return []
    },
    tools() {
      if (log.at(-1) !== 'tools') note('tools') // asked for several times at once
      return []
    },
    changeSamplingInput({ items }) {
      note('samplingInput')
      return items
    },
    onToolStart: () => note('toolStart'),
    reviewApproval() {
      note('review')
      return 'accept'
    },
    changeTurnItem({ item }) {
      note(`changeItem ${item.type}`)
      return item
    },
    onToolFinish: ({ end }) => note(`toolFinish ${end}`),
    onTokenUsage: () => note('tokenUsage'),
    onTurnStop: () => note('turnStop'),
    onTurnCut: ({ reason }) => note(`turnCut ${reason}`),
    onTurnAbort: ({ reason }) => note(`turnAbort ${reason}`),
    onThreadIdle: () => note('threadIdle'),
    onThreadStop: () => note('threadStop'),
  }
}

/** What clients hear of it, marked by an arrow. */
function heard(signal: ThreadSignal): string[] {
  if (signal.type !== 'recorded') return []
  const { event } = signal
  if (event.type === 'itemCompleted') return [`> ${event.item.type}`]
  if (event.type === 'tokenUsageRecorded') return ['> tokenUsage']
  return event.type === 'turnStarted' || event.type === 'turnCompleted' ? [`> ${event.type}`] : []
}

async function open(extensions: readonly Extension[], log: string[] = []) {
  return openThread({
    extensions,
    onSignal(signal) {
      if (signal.type === 'recorded' && signal.event.type === 'turnCompleted')
        log.push('turnCompleted')
    },
  })
}

describe('hooks', () => {
  it('are called in the order of a turn, extension by extension', async () => {
    const log: string[] = []
    const thread = await open([diary('a', log), diary('b', log)], log)
    thread.model.script([call('echo', { text: 'x' }), say('done')])
    await thread.say('go')
    await expect.poll(() => log.at(-1)).toBe('b threadIdle')
    await thread.actor.shutdown('user')
    expect(log).toEqual([
      'a turnStart',
      'b turnStart',
      'a turnInput',
      'b turnInput',
      'a toolStart echo',
      'b toolStart echo',
      'a toolFinish completed',
      'b toolFinish completed',
      'a usage true',
      'b usage true',
      'a usage true',
      'b usage true',
      'a turnStop',
      'b turnStop',
      'turnCompleted',
      'a threadIdle',
      'b threadIdle',
      'a threadStop',
      'b threadStop',
    ])
  })

  it('are called in the complete order of a first turn, with what clients hear between', async () => {
    const log: string[] = []
    const thread = await openThread({
      extensions: [everyHook(log)],
      onSignal: (signal) => log.push(...heard(signal)),
    })
    thread.model.script([call('ask', { text: 'x' }), say('done')])
    await thread.say('go')
    await expect.poll(() => log.at(-1)).toBe('threadIdle')
    await thread.actor.shutdown('user')
    expect(log).toEqual([
      'context',
      '> turnStarted',
      '> userMessage',
      'turnStart',
      'turnInput',
      'samplingInput',
      'tools',
      'toolStart',
      'review',
      'changeItem commandExecution',
      '> commandExecution',
      'toolFinish completed',
      'tokenUsage',
      '> tokenUsage',
      'samplingInput',
      'tools',
      'changeItem agentMessage',
      '> agentMessage',
      'tokenUsage',
      'turnStop',
      '> tokenUsage',
      '> turnCompleted',
      'threadIdle',
      'threadStop',
    ])
  })

  it('are called in the complete order of an abort: nothing stops, nothing is idle', async () => {
    const log: string[] = []
    const thread = await openThread({
      extensions: [everyHook(log)],
      onSignal: (signal) => log.push(...heard(signal)),
    })
    thread.model.script([call('wait', { text: 'x' })])
    const turn = await thread.say('go')
    await thread.heard((signal) => inWords(signal).startsWith('delta x'))
    await thread.actor.interrupt(turn.id)
    await thread.actor.shutdown('user')
    expect(log.slice(log.indexOf('toolStart'))).toEqual([
      'toolStart',
      'tokenUsage',
      '> tokenUsage',
      'turnCut user',
      '> commandExecution',
      '> turnCompleted',
      'turnAbort user',
      'threadStop',
    ])
  })

  it('of a failing turn hear of the error first', async () => {
    const log: string[] = []
    const thread = await open([diary('a', log)], log)
    const error = new ModelError('no', { info: 'other', retryable: false })
    thread.model.script([{ type: 'fail', error }])
    await thread.say('go')
    await expect.poll(() => log.at(-1)).toBe('a threadIdle')
    expect(log.slice(2)).toEqual(['a turnError no', 'a turnStop', 'turnCompleted', 'a threadIdle'])
  })

  it('of a turn that is cut hear before and after everybody else, and nothing is called idle', async () => {
    const log: string[] = []
    const thread = await open([diary('a', log)], log)
    thread.model.script([[sayPartly('half'), hang()]])
    const turn = await thread.say('go')
    await thread.heard((signal) => signal.type === 'delta')
    await thread.actor.interrupt(turn.id)
    await thread.actor.shutdown('user')
    expect(log.slice(2)).toEqual([
      'a turnCut user',
      'turnCompleted',
      'a turnAbort user',
      'a threadStop',
    ])
  })

  it('that throw are passed over', async () => {
    const log: string[] = []
    const broken: Extension = {
      name: 'broken',
      onTurnStart() {
        throw new Error('broken')
      },
      contributeTurnInput: () => Promise.reject(new Error('broken')),
      tools() {
        throw new Error('broken')
      },
    }
    const thread = await open([broken, diary('b', log)])
    thread.model.script([say('fine')])
    await thread.say('go')
    await thread.turnEnded()
    expect(log).toContain('b turnStart')
    expect(thread.signals.map(inWords).at(-1)).toMatch(/turnCompleted completed$/)
  })

  it('of one turn share a store, which no other turn has', async () => {
    const seen: [string, number | undefined][] = []
    const key = extensionKey<number>('n')
    const extension: Extension = {
      name: 'store',
      onTurnStart: ({ turn }) => void turn.insert(key, seen.length + 1),
      onTokenUsage: ({ turn }) => void seen.push([turn.levelId, turn.get(key)]),
      onTurnStop: ({ turn }) => void seen.push([turn.levelId, turn.get(key)]),
    }
    const thread = await open([extension])
    thread.model.script([say('a'), say('b')])
    const first = await thread.say('1')
    await thread.turnEnded()
    const second = await thread.say('2')
    await thread.turnEnded(2)
    expect(seen).toEqual([
      [first.id, 1],
      [first.id, 1],
      [second.id, 3],
      [second.id, 3],
    ])
  })
})

describe('what extensions contribute', () => {
  it('stands behind the input, in the request, in the tools and in the items', async () => {
    const lastMessages: string[] = []
    const extension: Extension = {
      name: 'contributor',
      contributeTurnInput: () => [words('behind the input')],
      changeSamplingInput: ({ items }) => [...items, words('in this request only')],
      tools: () => [
        {
          name: 'shout',
          spec: { kind: 'function', name: 'shout', description: 'shout', parameters: {} },
          parallel: true,
          input: z.object({ text: z.string() }),
          prepare: async ({ text }) => ({
            action: { type: 'none' },
            item: null,
            run: async () => ({ output: text.toUpperCase(), item: null }),
            stopped: () => null,
          }),
        },
      ],
      changeTurnItem: ({ item }) =>
        item.type === 'agentMessage' ? { ...item, text: `${item.text}!` } : item,
      onTurnStop: ({ lastMessage }) => void lastMessages.push(lastMessage),
    }
    const thread = await open([extension])
    thread.model.script([call('shout', { text: 'hey' }), say('done')])
    await thread.say('go')
    await thread.turnEnded()
    const [first, second] = thread.model.requests
    expect(first?.tools.map(({ name }) => name)).toContain('shout')
    expect(first?.input.slice(-2)).toEqual([
      words('behind the input'),
      words('in this request only'),
    ])
    expect(second?.input.find((item) => item.output === 'HEY')).toBeDefined()
    expect(
      second?.input.filter((item) => JSON.stringify(item).includes('this request')),
    ).toHaveLength(1)
    const answer = thread.signals.find(
      (signal) =>
        signal.type === 'recorded' &&
        signal.event.type === 'itemCompleted' &&
        signal.event.item.type === 'agentMessage',
    )
    expect(answer).toMatchObject({ event: { item: { text: 'done!' } } })
    expect(lastMessages).toEqual(['done!'])
    expect(thread.signals.filter(({ type }) => type === 'delta')).toEqual([])
  })

  it('answers a question in the place of a person', async () => {
    const thread = await open([
      { name: 'silent', reviewApproval: () => null },
      {
        name: 'reviewer',
        reviewApproval: ({ action }) => (action.type === 'command' ? 'accept' : null),
      },
    ])
    thread.model.script([call('ask', { text: 'x' }), say('done')])
    await thread.say('go')
    await thread.turnEnded()
    expect(thread.signals.map(inWords).filter((word) => word.includes('approval'))).toEqual([])
  })

  it('stops the request when its change of the input fails', async () => {
    const thread = await open([
      {
        name: 'guard',
        changeSamplingInput() {
          throw new ModelError('not this', { info: 'other', retryable: false })
        },
      },
    ])
    await thread.say('go')
    await thread.turnEnded()
    expect(thread.model.requests).toEqual([])
    expect(thread.signals.map(inWords).at(-1)).toMatch(/turnCompleted failed$/)
  })
})

describe('the control of a thread', () => {
  it('starts a turn when the thread is idle, without a card, and never beside another', async () => {
    const log: string[] = []
    let begun = 0
    const starter: Extension = {
      name: 'starter',
      async onThreadIdle({ control }) {
        if (begun++ > 0) return
        const turn = await control.startTurnIfIdle({ kind: 'other', items: [words('go on')] })
        log.push(`${turn?.kind} ${await control.startTurnIfIdle({ kind: 'other', items: [] })}`)
      },
    }
    const thread = await open([starter])
    thread.model.script([say('one'), call('wait', { text: 'x' }), say('two')])
    await thread.say('go')
    await thread.heard((signal) => inWords(signal).startsWith('delta x'))
    expect(log).toEqual(['other null'])
    thread.release('ok')
    await thread.turnEnded(2)
    expect(thread.model.requests[1]?.input.at(-1)).toEqual(words('go on'))
    const cards = thread.signals.map(inWords).filter((word) => word.endsWith('userMessage'))
    expect(cards).toHaveLength(1)
  })

  it('injects into a running turn, which asks once more, and into an idle thread, which does not', async () => {
    const notes = diary('a', [])
    const thread = await open([notes])
    thread.model.script([call('wait', { text: 'x' }), say('one'), say('two')])
    await thread.say('go')
    await thread.heard((signal) => inWords(signal).startsWith('delta x'))
    await notes.control().inject([words('by the way')])
    thread.release('ok')
    await thread.turnEnded()
    expect(thread.model.requests[1]?.input.at(-1)).toEqual(words('by the way'))
    await notes.control().inject([words('and this')])
    expect((await thread.store.modelHistory('thread-1')).at(-1)).toEqual(words('and this'))
    await thread.say('next')
    await thread.turnEnded(2)
    expect(thread.model.requests).toHaveLength(3)
    expect(thread.model.requests[2]?.input.slice(-2)[0]).toEqual(words('and this'))
  })

  it('records facts with the end of a turn and tells clients what it likes', async () => {
    const extension: Extension = {
      name: 'namer',
      onTurnStop: () => [{ type: 'threadRenamed', name: 'Named' }],
      onTurnStart: ({ control }) =>
        control.emit({ method: 'warning', params: { threadId: null, message: 'hear' } }),
    }
    const thread = await open([extension])
    thread.model.script([say('done')])
    await thread.say('go')
    await thread.turnEnded()
    const heard = thread.signals.map(inWords)
    expect(heard).toContain('told')
    expect(heard.slice(-3)).toEqual([
      expect.stringMatching(/threadRenamed$/),
      'status idle',
      expect.stringMatching(/turnCompleted completed$/),
    ])
    expect((await thread.store.findThread('thread-1'))?.name).toBe('Named')
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { agentMessage, command } from '../../../../test/builders.ts'
import type { Journal, PartialKey } from '../../storage/journal.ts'
import { CHECKPOINT_BYTES, CHECKPOINT_MS, createOpenItems } from './open-items.ts'

function recordingJournal() {
  const saved: [string, string][] = []
  const discarded: string[][] = []
  const journal: Journal = {
    commit: async (_threadId, after) => after,
    checkpoint: (_threadId, key: PartialKey, text) =>
      void saved.push([`${key.itemId}/${key.field}`, text]),
    discard: (_threadId, itemIds) => void discarded.push([...itemIds]),
    flush: async () => undefined,
  }
  return { journal, saved, discarded }
}

describe('streamed text', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is checkpointed in pieces: what is new, after a while or when it is much', () => {
    const { journal, saved } = recordingJournal()
    const open = createOpenItems('t', journal)
    open.open(agentMessage('m', ''))
    open.append('turn', 'agentMessage', 'm', { kind: 'text', text: 'one ' })
    open.append('turn', 'agentMessage', 'm', { kind: 'text', text: 'two' })
    expect(saved).toEqual([])
    vi.advanceTimersByTime(CHECKPOINT_MS)
    const much = 'x'.repeat(CHECKPOINT_BYTES)
    open.append('turn', 'agentMessage', 'm', { kind: 'text', text: much })
    vi.advanceTimersByTime(CHECKPOINT_MS)
    expect(saved).toEqual([
      ['m/text', 'one two'],
      ['m/text', much],
    ])
    expect(open.streamed()).toEqual([agentMessage('m', `one two${much}`)])
  })

  it('is never checkpointed after its item began to be committed', () => {
    const { journal, saved } = recordingJournal()
    const open = createOpenItems('t', journal)
    open.open(agentMessage('m', ''))
    open.append('turn', 'agentMessage', 'm', { kind: 'text', text: 'late' })
    open.settle('m')
    vi.advanceTimersByTime(CHECKPOINT_MS)
    expect(saved).toEqual([])
    open.forget('m')
    expect(open.streamed()).toEqual([])
  })

  it('of a broken attempt is discarded on disk too', () => {
    const { journal, discarded } = recordingJournal()
    const open = createOpenItems('t', journal)
    open.open(agentMessage('m', ''))
    open.append('turn', 'agentMessage', 'm', { kind: 'text', text: 'half' })
    open.dropStreamed()
    open.dropStreamed()
    expect([discarded, open.streamed()]).toEqual([[['m']], []])
  })

  it('of reasoning keeps its parts apart, of a command is its output', () => {
    const { journal } = recordingJournal()
    const open = createOpenItems('t', journal)
    open.open({ type: 'reasoning', id: 'r', summary: [], content: [] })
    open.append('turn', 'reasoning', 'r', { kind: 'summaryPart', index: 0 })
    open.append('turn', 'reasoning', 'r', { kind: 'summary', index: 0, text: 'a' })
    open.append('turn', 'reasoning', 'r', { kind: 'summary', index: 1, text: 'b' })
    open.append('turn', 'reasoning', 'r', { kind: 'content', index: 0, text: 'c' })
    open.append('turn', 'commandExecution', 'x', { kind: 'output', text: 'out' })
    expect(open.streamed()).toEqual([
      { type: 'reasoning', id: 'r', summary: ['a', 'b'], content: ['c'] },
    ])
    expect(open.withText(command('x'))).toEqual(command('x', { aggregatedOutput: 'out' }))
    expect(open.withText(command('y'))).toEqual(command('y'))
    open.save()
  })
})

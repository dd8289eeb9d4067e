import { describe, expect, it } from 'vitest'
import { summaryText } from '../../instructions/compaction-prompt.ts'
import { developerMessage, type ModelItem, userMessage } from '../../model/model-item.ts'
import { compactedHistory, estimateTokens, itemsOf, KEPT_TOKENS_MAX } from './compacted-history.ts'

function said(text: string): ModelItem {
  return userMessage([{ type: 'input_text', text }])
}

const answer: ModelItem = {
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'fine' }],
}
const summary = said(summaryText('notes'))
const context = [developerMessage('rules')]

describe('a compacted history', () => {
  it("keeps the person's words by reference, and ends with the summary", () => {
    const history = [said('one'), answer, said('two'), answer]
    const replacement = compactedHistory(history, {
      summary: 'notes',
      context: [],
      unanswered: null,
    })
    expect(replacement).toEqual([{ kept: 0 }, { kept: 2 }, { item: summary }])
    expect(itemsOf(replacement, history)).toEqual([history[0], history[2], summary])
  })

  it('of the middle of a turn has the context before the last words of the person', () => {
    const history = [said('one'), answer, said('two')]
    expect(compactedHistory(history, { summary: 'notes', context, unanswered: null })).toEqual([
      { kept: 0 },
      { item: context[0] },
      { kept: 2 },
      { item: summary },
    ])
  })

  it('of the start of a turn leaves its input as it is, behind summary and context', () => {
    const history = [said('one'), answer, said('told again'), said('two')]
    const unanswered = { from: 2, inputFrom: 3 }
    expect(compactedHistory(history, { summary: 'notes', context, unanswered })).toEqual([
      { kept: 0 },
      { item: summary },
      { item: context[0] },
      { kept: 3 },
    ])
  })

  it('collects no earlier summary and nothing else that the app said', () => {
    const history = [summary, said('<turn_interrupted>\nwords\n</turn_interrupted>'), said('one')]
    expect(compactedHistory(history, { summary: 'notes', context: [], unanswered: null })).toEqual([
      { kept: 2 },
      { item: summary },
    ])
  })

  it('has room for 20,000 tokens of words: the oldest that begins within is shortened', () => {
    const long = said('x'.repeat(KEPT_TOKENS_MAX * 3))
    const history = [said('forgotten'), long, long]
    const replacement = compactedHistory(history, {
      summary: 'notes',
      context: [],
      unanswered: null,
    })
    expect(replacement).toHaveLength(3)
    expect(replacement[1]).toEqual({ kept: 2 })
    const kept = itemsOf(replacement.slice(0, 2), history)
    expect(JSON.stringify(kept[0])).toContain('shortened')
    expect(estimateTokens(kept)).toBeLessThan(KEPT_TOKENS_MAX + 200)
    expect(estimateTokens(kept)).toBeGreaterThan(KEPT_TOKENS_MAX - 200)
  })
})

describe('the estimate', () => {
  it('counts an image the same whatever its size', () => {
    const image = (size: number) =>
      userMessage([{ type: 'input_image', image_url: `data:${'x'.repeat(size)}` }])
    expect(estimateTokens([image(10)])).toBe(estimateTokens([image(1_000_000)]))
    expect(estimateTokens([image(10)])).toBeGreaterThan(1_000)
  })
})

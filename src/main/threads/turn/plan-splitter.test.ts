import { describe, expect, it } from 'vitest'
import { createPlanSplitter, type Piece, splitPlan } from './plan-splitter.ts'

const message = 'Here it is.\n<proposed_plan>\n# Plan\n- do <it>\n</proposed_plan>\nDone.'

describe('a proposed plan', () => {
  it('is told from the words around it', () => {
    expect(splitPlan(message)).toEqual({ text: 'Here it is.\nDone.', plan: '# Plan\n- do <it>\n' })
    expect(splitPlan('No plan, a < b.')).toEqual({ text: 'No plan, a < b.', plan: null })
  })

  it('reads the same however the text is cut into deltas', () => {
    for (let size = 1; size <= message.length; size++) {
      const splitter = createPlanSplitter()
      const pieces: Piece[] = []
      for (let at = 0; at < message.length; at += size)
        pieces.push(...splitter.feed(message.slice(at, at + size)))
      pieces.push(...splitter.end())
      const of = (kind: string): string =>
        pieces.flatMap((piece) => (piece.kind === kind ? piece.text : [])).join('')
      expect([of('text'), of('plan')]).toEqual(['Here it is.\nDone.', '# Plan\n- do <it>\n'])
    }
  })

  it('keeps what looked like the beginning of a tag and was none', () => {
    const splitter = createPlanSplitter()
    expect([...splitter.feed('a <prop'), ...splitter.end()]).toEqual([
      { kind: 'text', text: 'a ' },
      { kind: 'text', text: '<prop' },
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { functionCall } from '../../../../test/builders.ts'
import type { ModelItem } from '../../model/model-item.ts'
import { normaliseHistory } from './history.ts'

const output = (callId: string, words = callId): ModelItem => ({
  type: 'function_call_output',
  call_id: callId,
  output: words,
})
const message: ModelItem = { type: 'message', role: 'assistant', content: [] }

describe('the history a model is sent', () => {
  it('has the outputs of parallel calls in the order of the calls', () => {
    const recorded = [functionCall('a'), functionCall('b'), output('b'), output('a'), message]
    expect(normaliseHistory(recorded)).toEqual([
      functionCall('a'),
      functionCall('b'),
      output('a'),
      output('b'),
      message,
    ])
  })

  it('keeps rounds of calls apart, so that each request begins with the one before it', () => {
    const first = [functionCall('a'), output('a')]
    const recorded = [...first, functionCall('b'), functionCall('c'), output('c'), output('b')]
    expect(normaliseHistory(recorded)).toEqual([
      ...normaliseHistory(first),
      functionCall('b'),
      functionCall('c'),
      output('b'),
      output('c'),
    ])
  })

  it('has what a model was told of by an output that answers no call, in its place', () => {
    const notice = { type: 'function_call_output', name: 'goal_objective', output: 'Be done' }
    const recorded = [message, notice, functionCall('a'), output('a')]
    expect(normaliseHistory(recorded)).toEqual(recorded)
  })

  it('has an output for each call: "aborted" where none was recorded', () => {
    expect(normaliseHistory([functionCall('a'), message])).toEqual([
      functionCall('a'),
      output('a', 'aborted'),
      message,
    ])
  })

  it('drops outputs without a call, second outputs, and calls that repeat an unanswered id', () => {
    const recorded = [
      output('x'),
      functionCall('a'),
      functionCall('a'),
      output('a', 'first'),
      output('a', 'second'),
      message,
    ]
    expect(normaliseHistory(recorded)).toEqual([functionCall('a'), output('a', 'first'), message])
  })

  it('keeps calls whose id a provider uses again in a later round', () => {
    const recorded = [
      functionCall('a'),
      output('a', 'first'),
      message,
      functionCall('a'),
      output('a', 'second'),
      functionCall('a'),
    ]
    expect(normaliseHistory(recorded)).toEqual([...recorded, output('a', 'aborted')])
  })

  it('answers a freeform call in its own kind', () => {
    const call = { type: 'custom_tool_call', call_id: 'p', name: 'apply_patch', input: '' } as const
    expect(normaliseHistory([call])).toEqual([
      call,
      { type: 'custom_tool_call_output', call_id: 'p', output: 'aborted' },
    ])
  })

  it('leaves everything else as it is', () => {
    const items: ModelItem[] = [{ type: 'reasoning', summary: [] }, message, { type: 'new_kind' }]
    expect(normaliseHistory(items)).toEqual(items)
  })
})

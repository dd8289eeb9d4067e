import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../../../../test/fake-clock.ts'
import type { ThreadSignal } from '../thread-signal.ts'
import { createCallPreviews } from './call-previews.ts'

function opened() {
  const clock = createFakeClock(1000)
  const looks: [string, string[]][] = []
  const scope = {
    turnId: 'turn-1',
    signalNow(signal: ThreadSignal) {
      if (signal.type === 'patchWritten')
        looks.push([signal.itemId, signal.changes.map(({ path }) => path)])
    },
  }
  const preview = (name: string) => {
    if (name !== 'apply_patch') return undefined
    const paths: string[] = []
    return {
      feed: (piece: string) => void paths.push(...piece.split(' ').filter(Boolean)),
      changes: () => paths.map((path) => ({ path, kind: { type: 'add' as const }, diff: '' })),
    }
  }
  const previews = createCallPreviews(scope, { preview }, clock)
  const heard = (delta: string, callId = 'c1', name = 'apply_patch') =>
    previews.heard({ type: 'callDelta', callId, name, form: 'text', delta })
  return { clock, looks, previews, heard }
}

describe('calls that are being written', () => {
  it('are shown at once, then twice a second, and the rest when they are whole', () => {
    const { clock, looks, previews, heard } = opened()
    heard('')
    heard('a')
    heard('b')
    clock.advance(499)
    heard('c')
    clock.advance(1)
    heard('d')
    heard('e')
    previews.written('c1')
    previews.written('c1')
    expect(looks).toEqual([
      ['c1', ['a']],
      ['c1', ['a', 'b', 'c', 'd']],
      ['c1', ['a', 'b', 'c', 'd', 'e']],
    ])
  })

  it('are taken back when nothing came of them, where anything was shown', () => {
    const { looks, previews, heard } = opened()
    heard('a')
    heard('b', 'c2', 'exec_command')
    for (const callId of ['c1', 'c2', 'c3']) {
      previews.written(callId)
      previews.dropped(callId)
    }
    expect(looks).toEqual([
      ['c1', ['a']],
      ['c1', []],
    ])
  })
})

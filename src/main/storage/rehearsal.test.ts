import { expect, it } from 'vitest'
import { rehearse } from './rehearsal.ts'
import type { Reads } from './worker-messages.ts'

/** Says what was read; the list has one thread. */
function readsOf(asked: string[], ids = ['t']): Reads {
  const list = { data: ids.map((id) => ({ id })), nextCursor: null, backwardsCursor: null }
  const read = (name: string) => (query: unknown) => {
    asked.push(
      `${name} ${typeof query === 'string' ? query : (query as { threadId?: string }).threadId}`,
    )
    return name === 'threadPage' ? list : undefined
  }
  return new Proxy({} as Reads, { get: (_, name) => read(String(name)) })
}

const rounds = async (count: number): Promise<void> => {
  for (let round = 0; round < count; round++) await new Promise((next) => setImmediate(next))
}

it('reads the first list and the newest turns of its first thread, a step in each round', async () => {
  const asked: string[] = []
  rehearse(readsOf(asked), () => true)
  expect(asked).toEqual([])
  await rounds(1)
  expect(asked).toEqual(['threadPage undefined'])
  await rounds(6)
  expect(asked.slice(1)).toEqual([
    'loadThread t',
    'turnsPage t',
    'itemsPage t',
    'findThread t',
    'findGoal t',
  ])
})

it('ends where there is nothing, with the store, and with what cannot be read', async () => {
  const asked: string[] = []
  rehearse(readsOf(asked, []), () => true)
  await rounds(6)
  expect(asked).toEqual(['threadPage undefined'])
  let isOpen = true
  rehearse(readsOf(asked), () => isOpen)
  await rounds(1)
  isOpen = false
  await rounds(6)
  expect(asked).toHaveLength(2)
  const fail = (): never => {
    throw new Error('damaged')
  }
  rehearse({ ...readsOf(asked), threadPage: fail } as Reads, () => true)
  await rounds(6)
  expect(asked).toHaveLength(2)
})

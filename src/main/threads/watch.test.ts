import { expect, it } from 'vitest'
import { createWatch } from './watch.ts'

it('shows the latest value at once, to any number of receivers', () => {
  const watch = createWatch('a')
  const [one, two] = [watch.subscribe(), watch.subscribe()]
  watch.set('b')
  expect([one.get(), two.get()]).toEqual(['b', 'b'])
})

it('tells of a value written since the last look, and skips those between', async () => {
  const watch = createWatch(1)
  const receiver = watch.subscribe()
  watch.set(2)
  watch.set(3)
  expect(await receiver.changed()).toBe(3)
  const next = receiver.changed()
  watch.set(3)
  expect(await next).toBe(3)
})

it('ends with its sender', async () => {
  const watch = createWatch(1)
  const receiver = watch.subscribe()
  const next = receiver.changed()
  watch.close()
  expect(await next).toBeNull()
  expect([await receiver.changed(), receiver.get()]).toEqual([null, 1])
})

import { expect, it } from 'vitest'
import { createExtensionData, extensionKey } from './extension-data.ts'

const count = extensionKey<number>('count')
const name = extensionKey<string>('name')

it('holds one value per key and says whose store it is', () => {
  const data = createExtensionData('turn-1')
  expect(data.levelId).toBe('turn-1')
  expect(data.get(count)).toBeUndefined()
  expect(data.insert(count, 1)).toBeUndefined()
  expect(data.insert(count, 2)).toBe(1)
  data.insert(name, 'a')
  expect([data.get(count), data.get(name)]).toEqual([2, 'a'])
  expect(data.remove(count)).toBe(2)
  expect([data.get(count), data.get(name)]).toEqual([undefined, 'a'])
})

it('makes a value once, also one that is undefined', () => {
  const data = createExtensionData('thread-1')
  const maybe = extensionKey<number | undefined>('maybe')
  let made = 0
  const make = (): undefined => {
    made++
    return undefined
  }
  data.getOrInit(maybe, make)
  data.getOrInit(maybe, make)
  expect(made).toBe(1)
  expect(data.getOrInit(count, () => 7)).toBe(7)
  expect(data.getOrInit(count, () => 8)).toBe(7)
})

it('keeps two keys of one purpose apart', () => {
  const data = createExtensionData('thread-1')
  data.insert(count, 1)
  expect(data.get(extensionKey<number>('count'))).toBeUndefined()
})

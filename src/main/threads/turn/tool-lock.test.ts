import { describe, expect, it } from 'vitest'
import { createToolLock } from './tool-lock.ts'

function gate() {
  let open = (): void => undefined
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open: () => open() }
}

describe('the lock of tools', () => {
  it('lets shared ones run together and one alone wait for them, in order', async () => {
    const lock = createToolLock()
    const log: string[] = []
    const [first, second, alone] = [gate(), gate(), gate()]
    const run = (name: string, shared: boolean, until: Promise<void>) =>
      lock.run(shared, async () => {
        log.push(`${name} starts`)
        await until
        log.push(`${name} ends`)
      })
    const all = [
      run('a', true, first.passed),
      run('b', true, second.passed),
      run('patch', false, alone.passed),
      run('c', true, Promise.resolve()),
    ]
    second.open()
    await all[1]
    first.open()
    await all[0]
    alone.open()
    await Promise.all(all)
    expect(log).toEqual([
      'a starts',
      'b starts',
      'b ends',
      'a ends',
      'patch starts',
      'patch ends',
      'c starts',
      'c ends',
    ])
  })

  it('is free again after work that failed', async () => {
    const lock = createToolLock()
    await expect(lock.run(false, async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await lock.run(false, async () => 'next')).toBe('next')
  })
})

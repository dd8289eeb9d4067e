import { describe, expect, it } from 'vitest'
import { createToolLock, PARALLEL_CALLS_MAX } from './tool-lock.ts'

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

  it('[H33] lets at most 64 of a thousand run at a time', async () => {
    const lock = createToolLock()
    const start = gate()
    let running = 0
    let most = 0
    const all = Array.from({ length: 1000 }, () =>
      lock.run(true, async () => {
        most = Math.max(most, ++running)
        await start.passed
        running--
      }),
    )
    start.open()
    await Promise.all(all)
    expect([PARALLEL_CALLS_MAX, most, running]).toEqual([64, 64, 0])
  })

  it('is free again after work that failed', async () => {
    const lock = createToolLock()
    await expect(lock.run(false, async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await lock.run(false, async () => 'next')).toBe('next')
  })
})

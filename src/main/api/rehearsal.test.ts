import { expect, it } from 'vitest'
import { text } from '../../../test/builders.ts'
import { openRuntime, until } from '../../../test/runtime-harness.ts'
import { rehearseOpening, rehearseParsing } from './rehearsal.ts'

it('opens the thread that was used last for nobody: none is loaded, nothing is said or written', async () => {
  const harness = await openRuntime()
  const { manager, store } = harness.runtime
  const thread = await harness.start()
  harness.answer('hello')
  await thread.submit({ type: 'user_input', items: [text('hi')] })
  await until(thread, 'task_complete')
  await manager.unload(thread.id)
  const before = await store.findThread(thread.id)
  const said = harness.signals.length
  const rehearsed: string[] = []
  const rehearsalManager: typeof harness.runtime.rehearsalManager = (pause) => {
    const own = harness.runtime.rehearsalManager(pause)
    const resume: typeof own.resume = async (...asked) => {
      const opened = await own.resume(...asked)
      rehearsed.push(opened.id)
      return opened
    }
    return { ...own, resume }
  }
  await rehearseOpening({ ...harness.runtime, rehearsalManager })
  expect(rehearsed).toEqual([thread.id])
  expect(manager.loadedIds()).toEqual([])
  expect(harness.signals).toHaveLength(said)
  expect(await store.findThread(thread.id)).toEqual(before)
})

it('does nothing where a thread is open already, and says nothing of what it cannot read', async () => {
  const harness = await openRuntime()
  await harness.start()
  const fail = (): never => {
    throw new Error('must not be asked')
  }
  const { manager, store } = harness.runtime
  const ports = { ...harness.runtime, store: { ...store, threadPage: fail } }
  await rehearseOpening(ports)
  await rehearseOpening({ ...ports, manager: { ...manager, loadedIds: () => [] } })
})

it('parses what is asked first', async () => {
  await expect(rehearseParsing()).resolves.toBeUndefined()
})

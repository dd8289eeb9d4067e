import { expect, it } from 'vitest'
import { text } from '../../../../test/builders.ts'
import { openRuntime, until } from '../../../../test/runtime-harness.ts'
import type { Result } from '../../../protocol/index.ts'
import { ResultText } from '../router.ts'
import { threadReadHandlers } from './thread-read.ts'

it('threads are listed with what they have while they are loaded, and as they are stored otherwise', async () => {
  const harness = await openRuntime()
  const { manager } = harness.runtime
  const handlers = threadReadHandlers(harness.runtime)
  const ids: string[] = []
  for (const words of ['first', 'second']) {
    const thread = await harness.start()
    harness.answer('fine')
    await thread.submit({ type: 'user_input', items: [text(words)] })
    await until(thread, 'task_complete')
    ids.push(thread.id)
  }
  const request = {} as never // lists know no client
  const list = async (): Promise<Result<'thread/list'>> => {
    const result = await handlers['thread/list']({}, request)
    return result instanceof ResultText ? JSON.parse(result.json) : result
  }
  const [first = '', second = ''] = ids
  await manager.unload(second)
  const { data } = await list()
  expect(data.map(({ id }) => id)).toEqual([second, first])
  expect(data).toMatchObject([
    { preview: 'second', status: { type: 'notLoaded' }, environments: null },
    { preview: 'first', status: { type: 'idle' }, environments: [{ environmentId: 'local' }] },
  ])
  await manager.unload(first)
  const stored = await list()
  expect(stored.data[0]).toEqual(data[0])
  expect(stored.data[1]).toEqual({
    ...data[1],
    status: { type: 'notLoaded' },
    environments: null,
  })
  const read = await handlers['thread/read']({ threadId: first }, request)
  expect(read).toMatchObject({ thread: stored.data[1], readState: stored.readStates?.[first] })
})

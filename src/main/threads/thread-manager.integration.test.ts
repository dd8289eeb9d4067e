// Threads that come and go at the same time: there is never more than one of each, and nobody holds a dead one.
import { expect, it } from 'vitest'
import { text } from '../../../test/builders.ts'
import { openRuntime, type RuntimeHarness, until } from '../../../test/runtime-harness.ts'

async function stored(harness: RuntimeHarness): Promise<string> {
  const thread = await harness.start()
  await thread.ensureRolloutMaterialized()
  await harness.runtime.manager.unload(thread.id)
  return thread.id
}

it('is one thread for all who load it at once, resumed once', async () => {
  const harness = await openRuntime()
  const { manager } = harness.runtime
  const id = await stored(harness)
  const from = harness.signals.length
  const [one, other, third] = await Promise.all([
    manager.load(id),
    manager.resume(id, { model: 'never in force' }, undefined),
    manager.load(id),
  ])
  expect([other, third]).toEqual([one, one])
  expect(one.configSnapshot().model).toBe('mock-model')
  const told = harness.signals.slice(from).filter(({ type }) => type === 'status')
  expect(told).toEqual([{ type: 'status', status: { type: 'idle' } }])
})

it('is not there for those who look while a change of a moment has it', async () => {
  const harness = await openRuntime()
  const { manager } = harness.runtime
  const id = await stored(harness)
  const seen: unknown[] = []
  await Promise.all([
    manager.withThread(id, async ({ actor }) => {
      seen.push(manager.find(id))
      await actor.rename('one')
    }),
    manager.withThread(id, async ({ actor }) => void (await actor.rename('two'))),
  ])
  expect([...seen, manager.find(id)]).toEqual([undefined, undefined])
  expect((await harness.runtime.store.findThread(id))?.name).toMatch(/one|two/)
})

it('is alive for who comes while it is leaving', async () => {
  const harness = await openRuntime()
  const { manager } = harness.runtime
  const id = await stored(harness)
  const before = await manager.load(id)
  const [, after] = await Promise.all([manager.unload(id), manager.load(id)])
  expect(after).not.toBe(before)
  const renamed = manager.withThread(id, ({ actor }) => actor.rename('named'))
  await Promise.all([renamed, manager.load(id)])
  harness.answer('hello')
  await after.submit({ type: 'user_input', items: [text('hi')] })
  await until(after, 'task_complete')
})

it('gives the same refusal to all who come for one that is not there', async () => {
  const { runtime } = await openRuntime()
  const id = '01890000-0000-7000-8000-000000000000'
  const words = `thread not found: ${id}`
  await expect(runtime.manager.load(id)).rejects.toThrow(words)
  await expect(runtime.manager.withThread(id, async () => null)).rejects.toThrow(words)
  await expect(runtime.manager.load(id)).rejects.toThrow(words)
})

it('says when it is asked for, once, and not where it is loaded already', async () => {
  const harness = await openRuntime()
  const { manager } = harness.runtime
  const id = await stored(harness)
  const asked: string[] = []
  const resume = (name: string) => manager.resume(id, {}, undefined, () => void asked.push(name))
  await Promise.all([resume('one'), resume('two')])
  await resume('three')
  expect(asked).toEqual(['one'])
})

it('is not resumed when it is put away or not there, and that is said before anything else', async () => {
  const harness = await openRuntime()
  const { manager } = harness.runtime
  const id = await stored(harness)
  const nonsense = { sandbox: 'read-only', permissions: 'mine' } as const
  await expect(manager.resume(id, nonsense, undefined)).rejects.toThrow(/permissions/)
  await manager.archive(id)
  await expect(manager.resume(id, nonsense, undefined)).rejects.toThrow(/is archived/)
  const none = '01890000-0000-7000-8000-000000000000'
  await expect(manager.resume(none, nonsense, undefined)).rejects.toThrow(/no rollout found/)
  expect(manager.find(id)).toBeUndefined()
})

import { expect, it } from 'vitest'
import type { Model } from '../../protocol/index.ts'
import { createFakeBridge, type FakeBridge, refusal, settled } from '../test-support/fake-bridge.ts'
import { aModel } from '../test-support/thread-builders.ts'
import { createConfigStore, defaultModel, isDemo } from './config-store.ts'
import { createNotificationPump } from './notification-pump.ts'

function aStore(modelsOf: (provider: string | undefined) => Model[]) {
  const bridge: FakeBridge = createFakeBridge({
    'config/read': () => ({ config: {}, origins: {} }),
    'model/list': ({ modelProvider }) => ({ data: modelsOf(modelProvider), nextCursor: null }),
    'permissionProfile/list': () => ({ data: [], nextCursor: null }),
  })
  const pump = createNotificationPump(bridge, (run) => run())
  return { bridge, store: createConfigStore(bridge, pump) }
}

function names(store: ReturnType<typeof aStore>['store']): string[] {
  return store.getState().models.map((model) => model.id)
}

it('knows the models of the default provider, and the demo', async () => {
  const { store } = aStore((provider = 'mine') => [aModel(provider)])
  await store.load()
  expect(names(store)).toEqual(['mine-model', 'demo-model'])
})

it('lists the demo once where it is the default', async () => {
  const { store } = aStore(() => [aModel('demo')])
  await store.load()
  expect(names(store)).toEqual(['demo-model'])
})

it('leaves out hidden models', async () => {
  const { store } = aStore((provider = 'mine') => [aModel(provider, { hidden: true })])
  await store.load()
  expect(names(store)).toEqual([])
})

it('adds the models of another provider once a thread uses it, and keeps them', async () => {
  const { bridge, store } = aStore((provider = 'mine') => [aModel(provider)])
  await store.load()
  await store.loadModelsOf('local')
  await store.loadModelsOf('local')
  expect(names(store)).toEqual(['mine-model', 'demo-model', 'local-model'])
  expect(bridge.calls.filter((call) => call.method === 'model/list').length).toBe(3)
  await store.load()
  expect(names(store)).toEqual(['mine-model', 'demo-model', 'local-model'])
})

it('does without the models of a provider that is gone', async () => {
  const { store } = aStore((provider = 'mine') => {
    if (provider === 'gone') throw refusal('no provider gone')
    return [aModel(provider)]
  })
  await store.loadModelsOf('gone')
  await store.load()
  expect(store.getState().phase).toBe('ready')
  expect(names(store)).toEqual(['mine-model', 'demo-model'])
})

it('keeps each warning once, until it is dismissed', async () => {
  const { bridge, store } = aStore(() => [])
  const warning = { summary: 'line 3: no such key', details: null }
  bridge.notify({ method: 'configWarning', params: warning })
  bridge.notify({ method: 'configWarning', params: { ...warning } })
  await settled()
  expect(store.getState().warnings).toEqual([warning])
  store.dismissWarning(warning)
  expect(store.getState().warnings).toEqual([])
})

it('starts with the default model, else with the first', () => {
  const first = aModel('mine', { id: 'first', isDefault: false })
  const chosen = aModel('mine', { id: 'chosen' })
  expect(defaultModel([first, chosen])?.id).toBe('chosen')
  expect(defaultModel([first])?.id).toBe('first')
  expect(defaultModel([])).toBeUndefined()
})

it('knows what is scripted', () => {
  const models = [
    aModel('mine'),
    aModel('play', { skein: { provider: 'play', contextWindow: null, demo: true } }),
  ]
  expect([isDemo(models, 'demo'), isDemo(models, 'play'), isDemo(models, 'mine')]).toEqual([
    true,
    true,
    false,
  ])
  expect(isDemo(models, undefined)).toBe(false)
})

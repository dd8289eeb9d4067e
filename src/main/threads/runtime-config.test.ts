import { describe, expect, it } from 'vitest'
import { emptyConfig, noConfig } from '../../../test/thread-harness.ts'
import type { ResolvedConfig } from '../config/config-service.ts'
import { silentLogger } from '../lib/logger.ts'
import { createRuntimeConfig } from './runtime-config.ts'

const configOf = (model: string): ResolvedConfig => ({ ...emptyConfig, values: { model } })

function open(resolve: () => Promise<ResolvedConfig> = async () => emptyConfig) {
  const changes: (string | undefined)[] = []
  const config = createRuntimeConfig(configOf('start'), {
    config: {
      ...noConfig,
      resolve,
      enabledFeatures: ({ values }) => new Set([String(values.model)]),
    },
    logger: silentLogger,
    changed: (previous, next) => changes.push(previous.values.model, next.values.model),
  })
  return { config, changes }
}

describe('the configuration of a live thread', () => {
  it('tells of each change once, with what was before', () => {
    const { config, changes } = open()
    config.refresh(configOf('a'))
    config.refresh(configOf('a'))
    config.refresh(configOf('b'))
    expect(changes).toEqual(['start', 'a', 'a', 'b'])
  })

  it('keeps the features it began with', () => {
    const { config } = open()
    config.refresh(configOf('a'))
    expect([config.enabled('start'), config.enabled('a')]).toEqual([true, false])
  })

  it('is that of the reading that began last, however late an older one comes', async () => {
    const readings: ((config: ResolvedConfig) => void)[] = []
    const { config, changes } = open(() => new Promise((resolve) => readings.push(resolve)))
    const older = config.reload()
    const newer = config.reload()
    readings[1]?.(configOf('newer'))
    expect((await newer).values.model).toBe('newer')
    readings[0]?.(configOf('older'))
    expect((await older).values.model).toBe('newer')
    expect(changes).toEqual(['start', 'newer'])
  })

  it('is not overwritten by a reading that began before a refresh', async () => {
    let answer: (config: ResolvedConfig) => void = () => undefined
    const { config } = open(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    const reading = config.reload()
    config.refresh(configOf('refreshed'))
    answer(configOf('read'))
    expect((await reading).values.model).toBe('refreshed')
  })

  it('stays when the files cannot be read', async () => {
    const { config, changes } = open(() => Promise.reject(new Error('no right to look')))
    expect((await config.reload()).values.model).toBe('start')
    expect(changes).toEqual([])
  })
})

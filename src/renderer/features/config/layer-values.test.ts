import { expect, it } from 'vitest'
import { layerValues } from './layer-values.ts'

const version = 'sha256:0'
const layers = [
  { name: { type: 'sessionFlags' }, version, config: { model: 'line' }, disabledReason: null },
  {
    name: { type: 'project', dotCodexFolder: '/p/.skein' },
    version,
    config: { model: 'project' },
    disabledReason: 'This folder is not trusted yet.',
  },
  {
    name: { type: 'user', file: '/h/config.toml', profile: null },
    version,
    config: { model: 'user', projects: { '/a.b': { trust_level: 'trusted' } } },
    disabledReason: null,
  },
] as const

it('names every layer that says a key, highest first, with its file', () => {
  expect(layerValues([...layers], 'model')).toEqual([
    { layer: 'commandLine', file: null, value: 'line', disabledReason: null },
    {
      layer: 'project',
      file: '/p/.skein/config.toml',
      value: 'project',
      disabledReason: 'This folder is not trusted yet.',
    },
    { layer: 'user', file: '/h/config.toml', value: 'user', disabledReason: null },
  ])
})

it('finds keys whose parts hold dots', () => {
  const [found] = layerValues([...layers], 'projects./a.b.trust_level')
  expect(found?.value).toBe('trusted')
  expect(layerValues([...layers], 'projects./a.trust_level')).toEqual([])
})

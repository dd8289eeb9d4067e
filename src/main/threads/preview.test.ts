import { describe, expect, it } from 'vitest'
import { snapshot } from '../../../test/builders.ts'
import type { ConfigInForce } from '../config/config-service.ts'
import { namedPermissions } from './named-permissions.ts'
import { previewOverrides } from './preview.ts'

const current = snapshot()
const free: ConfigInForce = { values: {} }
const bound: ConfigInForce = {
  values: {},
  requirements: {
    approvalPolicy: { allowed: ['on-request'], source: '/etc/requirements.toml' },
    features: {},
  },
}

describe('trying overrides', () => {
  it('tells what would change and in which layer, and changes nothing', () => {
    const before = structuredClone(current.values)
    const tried = previewOverrides(current, { model: 'new', effort: 'low' }, ['model'], free)
    expect(tried.changes).toEqual([
      { key: 'model', before: current.values.model, after: 'new', layer: 'turn' },
      { key: 'effort', before: null, after: 'low', layer: 'turn' },
    ])
    expect([tried.refused, tried.notes]).toEqual([[], []])
    expect(current.values).toEqual(before)
  })

  it('names each refused field with its value, what is allowed, and who says so', () => {
    const overrides = { approvalPolicy: 'never', permissions: 'mine', model: 'new' } as const
    const { refused, changes } = previewOverrides(current, overrides, [], bound)
    expect(changes.map(({ key }) => key)).toEqual(['model'])
    expect(refused).toMatchObject([
      { field: 'permissions', value: 'mine' },
      {
        field: 'approvalPolicy',
        value: 'never',
        allowed: ['on-request'],
        layer: '/etc/requirements.toml',
        message:
          'invalid value for `approval_policy`: `never` is not in the allowed set [on-request] (set by /etc/requirements.toml)',
      },
    ])
  })

  it('says that full access is near', () => {
    const overrides = { permissions: ':danger-full-access' }
    const { profile } = namedPermissions(':workspace', {})
    const confined = snapshot({ permissionProfile: profile })
    expect(previewOverrides(confined, overrides, [], free).notes).toEqual([
      'Raises the sandbox to full access.',
    ])
  })
})

import { describe, expect, it } from 'vitest'
import type { ResolvedConfig } from '../config/config-service.ts'
import { isTrusted } from '../config/trust.ts'
import { initialSettings, type SettingsDefaults } from './initial-settings.ts'
import { sandboxPolicyOfSettings } from './settings.ts'

const nothing: ResolvedConfig = { values: {}, origins: {}, layers: [] }
const defaults: SettingsDefaults = {
  model: 'm',
  modelProvider: 'p',
  cwd: '/srv',
  source: 'vscode',
  threadSource: null,
  ephemeral: false,
  ownFolder: false,
}

describe('a new thread', () => {
  it('asks, and only reads, in a folder nobody vouched for', () => {
    const { values, origins } = initialSettings(nothing, defaults)
    expect(values.approvalPolicy).toBe('on-request')
    expect(values.activePermissionProfile).toEqual({ id: ':read-only' })
    expect(sandboxPolicyOfSettings(values)).toEqual({ type: 'readOnly', networkAccess: false })
    expect(new Set(Object.values(origins))).toEqual(new Set(['defaults']))
  })

  it.each([
    [
      'in a trusted folder',
      {
        values: { projects: { '/srv': { trust_level: 'trusted' as const } } },
        origins: {},
        layers: [],
      },
      false,
    ],
    ['in the app’s own folder', nothing, true],
  ])('may write in its workspace %s', (_where, config, ownFolder) => {
    const { values } = initialSettings(config, { ...defaults, ownFolder })
    expect(values.activePermissionProfile).toEqual({ id: ':workspace' })
  })

  it('takes values from the configuration, each with its layer', () => {
    const config: ResolvedConfig = {
      values: {
        model: 'm',
        approval_policy: 'on-failure',
        sandbox_mode: 'workspace-write',
        sandbox_workspace_write: { network_access: true },
        model_reasoning_effort: 'high',
      },
      origins: {
        model: 'user',
        approval_policy: 'system',
        sandbox_mode: 'commandLine',
        'sandbox_workspace_write.network_access': 'user',
        model_reasoning_effort: 'thread',
      },
      layers: [],
    }
    const { values, origins } = initialSettings(config, defaults)
    expect([values.approvalPolicy, values.effort, values.activePermissionProfile]).toEqual([
      'on-request',
      'high',
      null,
    ])
    expect(sandboxPolicyOfSettings(values)).toMatchObject({
      type: 'workspaceWrite',
      networkAccess: true,
    })
    expect([
      origins.model,
      origins.approvalPolicy,
      origins.permissionProfile,
      origins.effort,
    ]).toEqual(['user', 'system', 'commandLine', 'thread'])
  })

  it('does not claim the configured model’s layer for a model chosen elsewhere', () => {
    const config: ResolvedConfig = {
      values: { model: 'x' },
      origins: { model: 'user' },
      layers: [],
    }
    expect(initialSettings(config, defaults).origins.model).toBe('defaults')
  })
})

describe('trust', () => {
  const config = {
    projects: {
      '/a': { trust_level: 'trusted' as const },
      '/a/b': { trust_level: 'untrusted' as const },
    },
  }
  it.each([
    ['/a', true],
    ['/a/x/y', true],
    ['/a/b', false],
    ['/a/b/c', false],
    ['/', false],
  ])('of %s is %s: the nearest word counts', (folder, trusted) => {
    expect(isTrusted(config, folder)).toBe(trusted)
  })
})

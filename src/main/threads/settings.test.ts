import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { snapshot } from '../../../test/builders.ts'
import type { ResolvedConfig } from '../config/config-service.ts'
import type { SkeinError } from '../lib/errors.ts'
import { builtInProfile } from '../sandbox/permission-profile.ts'
import { snapshotOf } from './config-snapshot.ts'
import {
  applyOverrides,
  initialSettings,
  isTrusted,
  type SettingsDefaults,
  type SettingsOverrides,
  sandboxPolicyOfSettings,
} from './settings.ts'

const nothing: ResolvedConfig = { values: {}, origins: {}, layers: [] }
const defaults: SettingsDefaults = {
  model: 'm',
  modelProvider: 'p',
  cwd: '/work',
  source: 'vscode',
  threadSource: null,
  ephemeral: false,
  ownFolder: false,
}

function refused(overrides: SettingsOverrides): { message: string; field: unknown } {
  try {
    applyOverrides(snapshot(), overrides, 'thread', {})
  } catch (error) {
    const { message, detail } = error as SkeinError
    return { message, field: detail.field }
  }
  throw new Error('nothing was refused')
}

function changed(overrides: SettingsOverrides) {
  const before = snapshot({ cwd: '/work', workspaceRoots: ['/work', '/lib'] })
  return applyOverrides(before, overrides, 'thread', {})
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
        values: { projects: { '/work': { trust_level: 'trusted' as const } } },
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

describe('overrides', () => {
  it('change what they name, in their layer, and nothing else', () => {
    const before = snapshot()
    const after = applyOverrides(before, { model: 'new', effort: 'low' }, 'thread', {})
    expect(after.values).toEqual({ ...before.values, model: 'new', effort: 'low' })
    expect([after.origins.model, after.origins.effort, after.origins.cwd]).toEqual([
      'thread',
      'thread',
      'defaults',
    ])
  })

  it('that are absent keep everything: the snapshot is the same', () => {
    const before = snapshot()
    expect(snapshotOf(applyOverrides(before, {}, 'thread', {})).id).toBe(before.id)
  })

  it.each([
    [null, 'default'],
    ['fast', 'priority'],
    ['flex', 'flex'],
  ])('of the service tier read %s as %s', (given, kept) => {
    expect(changed({ serviceTier: given }).values.serviceTier).toBe(kept)
  })

  it('of the folder move the root that it was', () => {
    expect(changed({ cwd: '/other' }).values.workspaceRoots).toEqual(['/other', '/lib'])
    expect(changed({ cwd: '/lib' }).values.workspaceRoots).toEqual(['/lib'])
    expect(changed({ cwd: 'sub' }).values.cwd).toBe(path.resolve('sub'))
  })

  it('of roots replace them', () => {
    const after = changed({ cwd: '/other', runtimeWorkspaceRoots: ['/r'] })
    expect(after.values.workspaceRoots).toEqual(['/r'])
    expect(refused({ runtimeWorkspaceRoots: ['relative'] }).field).toBe('runtimeWorkspaceRoots')
  })

  it('of permissions set the profile and its name; a legacy policy has none', () => {
    const named = changed({ permissions: ':workspace' }).values
    expect(named.permissionProfile).toEqual(builtInProfile(':workspace'))
    expect(named.activePermissionProfile).toEqual({ id: ':workspace' })
    const legacy = changed({ sandboxPolicy: { type: 'dangerFullAccess' } }).values
    expect([legacy.permissionProfile, legacy.activePermissionProfile]).toEqual([
      { type: 'disabled' },
      null,
    ])
  })

  it('of permissions are refused when unknown or given twice, naming the field', () => {
    expect(refused({ permissions: 'nope' })).toEqual({
      message: 'unknown permission profile `nope`: use :read-only, :workspace, :danger-full-access',
      field: 'permissions',
    })
    expect(
      refused({ permissions: ':workspace', sandboxPolicy: { type: 'dangerFullAccess' } }).message,
    ).toBe('`permissions` cannot be combined with `sandboxPolicy`')
    expect(refused({ permissions: ':workspace', sandbox: 'read-only' }).message).toBe(
      '`permissions` cannot be combined with `sandbox`',
    )
  })

  it.each([
    [{ type: 'readOnly', networkAccess: true }],
    [
      {
        type: 'workspaceWrite',
        writableRoots: ['/extra'],
        networkAccess: true,
        excludeTmpdirEnvVar: true,
        excludeSlashTmp: true,
      },
    ],
    [{ type: 'dangerFullAccess' }],
    [{ type: 'externalSandbox', networkAccess: 'enabled' }],
  ] as const)('of the policy %j read back as they were given', (sandboxPolicy) => {
    const given = structuredClone(sandboxPolicy) as NonNullable<SettingsOverrides['sandboxPolicy']>
    const { values } = applyOverrides(snapshot(), { sandboxPolicy: given }, 'thread', {})
    expect(sandboxPolicyOfSettings(values)).toEqual(sandboxPolicy)
  })
})

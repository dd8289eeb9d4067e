import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { snapshot } from '../../../test/builders.ts'
import type { SkeinError } from '../lib/errors.ts'
import { builtInProfile } from '../sandbox/permission-profile.ts'
import { snapshotOf } from './config-snapshot.ts'
import { applyOverrides, type SettingsOverrides, sandboxPolicyOfSettings } from './settings.ts'

function refused(overrides: SettingsOverrides): { message: string; field: unknown } {
  try {
    applyOverrides(snapshot(), overrides, 'thread', { values: {} })
  } catch (error) {
    const { message, detail } = error as SkeinError
    return { message, field: detail.field }
  }
  throw new Error('nothing was refused')
}

function changed(overrides: SettingsOverrides) {
  const before = snapshot({ cwd: '/srv', workspaceRoots: ['/srv', '/lib'] })
  return applyOverrides(before, overrides, 'thread', { values: {} })
}

describe('overrides', () => {
  it('change what they name, in their layer, and nothing else', () => {
    const before = snapshot()
    const after = applyOverrides(before, { model: 'new', effort: 'low' }, 'thread', { values: {} })
    expect(after.values).toEqual({ ...before.values, model: 'new', effort: 'low' })
    expect([after.origins.model, after.origins.effort, after.origins.cwd]).toEqual([
      'thread',
      'thread',
      'defaults',
    ])
  })

  it('that are absent keep everything: the snapshot is the same', () => {
    const before = snapshot()
    expect(snapshotOf(applyOverrides(before, {}, 'thread', { values: {} })).id).toBe(before.id)
  })

  it.each([
    [null, 'default'],
    ['fast', 'priority'],
    ['flex', 'flex'],
  ])('of the service tier read %s as %s', (given, kept) => {
    expect(changed({ serviceTier: given }).values.serviceTier).toBe(kept)
  })

  it('read the old name of the reviewer as its new one', () => {
    const after = changed({ approvalsReviewer: 'guardian_subagent' })
    expect(after.values.approvalsReviewer).toBe('auto_review')
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

  it('never make a folder writable that depends on where the app runs', () => {
    const sandboxPolicy = {
      type: 'workspaceWrite',
      writableRoots: ['/ok', 'relative'],
      networkAccess: false,
      excludeTmpdirEnvVar: false,
      excludeSlashTmp: false,
    } as const
    expect(
      refused({ sandboxPolicy: { ...sandboxPolicy, writableRoots: ['/ok', 'relative'] } }),
    ).toEqual({
      message: 'sandboxPolicy.writableRoots: `relative` is not an absolute path',
      field: 'sandboxPolicy.writableRoots',
    })
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

  it('of permissions keep closed what was not to be read, also through a legacy policy', () => {
    const secret = { path: { type: 'path', path: '/srv/secret' }, access: 'deny' } as const
    const closed = { type: 'managed', entries: [secret], network: 'restricted' } as const
    const before = snapshot({ permissionProfile: structuredClone(closed) as never })
    const profileAfter = (overrides: SettingsOverrides) =>
      applyOverrides(before, overrides, 'thread', { values: {} }).values.permissionProfile
    for (const overrides of [
      { permissions: ':workspace' },
      { sandboxPolicy: { type: 'readOnly', networkAccess: false } },
    ] as const) {
      const profile = profileAfter(overrides)
      expect(profile.type === 'managed' && profile.entries).toContainEqual(secret)
    }
    expect(profileAfter({ permissions: ':danger-full-access' })).toEqual({ type: 'disabled' })
  })

  it('are applied as a whole or not at all: a refused one leaves the others undone', () => {
    const before = snapshot()
    const requirements = {
      approvalPolicy: { allowed: ['untrusted'], source: '/etc/requirements.toml' },
      features: {},
    }
    expect(() =>
      applyOverrides(before, { model: 'new', approvalPolicy: 'never' }, 'thread', {
        values: {},
        requirements,
      }),
    ).toThrow(
      'invalid turn context override: invalid value for `approval_policy`: `never` is not in the allowed set [untrusted] (set by /etc/requirements.toml)',
    )
    expect(before).toEqual(snapshot())
  })

  it('with a collaboration mode take its model and effort before those beside it', () => {
    const settings = {
      model: 'of the mode',
      reasoning_effort: 'high',
      developer_instructions: null,
    }
    const { values } = changed({
      collaborationMode: { mode: 'plan', settings },
      model: 'beside it',
      effort: 'low',
    })
    expect([values.mode, values.model, values.effort]).toEqual(['plan', 'of the mode', 'high'])
  })

  it('of permissions are refused when unknown or given twice, naming the field', () => {
    expect(refused({ permissions: 'nope' })).toEqual({
      message: 'failed to load configuration: default_permissions requires a `[permissions]` table',
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
    const { values } = applyOverrides(snapshot(), { sandboxPolicy: given }, 'thread', {
      values: {},
    })
    expect(sandboxPolicyOfSettings(values)).toEqual(sandboxPolicy)
  })
})

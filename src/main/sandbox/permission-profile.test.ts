import { describe, expect, it } from 'vitest'
import type { SandboxPolicy } from '../../protocol/index.ts'
import {
  builtInProfile,
  mayWrite,
  type PermissionProfile,
  type Places,
  profileOfSandboxPolicy,
  sandboxPolicyOf,
  writableRoots,
} from './permission-profile.ts'

const places: Places = { cwd: '/w', workspaceRoots: ['/w'], tmpdir: '/scratch' }

function managed(
  network: 'restricted' | 'enabled',
  ...entries: [string, 'read' | 'write' | 'deny'][]
): PermissionProfile {
  return {
    type: 'managed',
    network,
    entries: entries.map(([where, access]) => ({
      path: where.startsWith('/')
        ? { type: 'path', path: where }
        : { type: 'special', name: where as 'root' },
      access,
    })),
  }
}

const workspaceWrite = (change: object = {}): SandboxPolicy => ({
  type: 'workspaceWrite',
  writableRoots: [],
  networkAccess: false,
  excludeTmpdirEnvVar: false,
  excludeSlashTmp: false,
  ...change,
})

describe('[T52] the legacy view', () => {
  it.each<[string, PermissionProfile | undefined, SandboxPolicy]>([
    ['read-only', builtInProfile(':read-only'), { type: 'readOnly', networkAccess: false }],
    ['workspace', builtInProfile(':workspace'), workspaceWrite()],
    ['full access', builtInProfile(':danger-full-access'), { type: 'dangerFullAccess' }],
    [
      'read-only with network',
      managed('enabled', ['root', 'read']),
      { type: 'readOnly', networkAccess: true },
    ],
    [
      'external',
      { type: 'external', network: 'enabled' },
      { type: 'externalSandbox', networkAccess: 'enabled' },
    ],
    ['write everywhere', managed('enabled', ['root', 'write']), { type: 'dangerFullAccess' }],
    [
      'write everywhere without network',
      managed('restricted', ['root', 'write']),
      { type: 'externalSandbox', networkAccess: 'restricted' },
    ],
    [
      'workspace without temporary folders',
      managed('restricted', ['root', 'read'], ['projectRoots', 'write']),
      workspaceWrite({ excludeTmpdirEnvVar: true, excludeSlashTmp: true }),
    ],
    [
      'the folder named as a path',
      managed(
        'enabled',
        ['root', 'read'],
        ['/w', 'write'],
        ['/other', 'write'],
        ['/other/', 'write'],
      ),
      workspaceWrite({
        writableRoots: ['/other'],
        networkAccess: true,
        excludeTmpdirEnvVar: true,
        excludeSlashTmp: true,
      }),
    ],
    [
      'writes only outside of the workspace',
      managed('restricted', ['root', 'read'], ['/out', 'write'], ['slashTmp', 'write']),
      workspaceWrite({ writableRoots: ['/out'], excludeTmpdirEnvVar: true }),
    ],
    [
      'a denied temporary folder',
      managed(
        'restricted',
        ['root', 'read'],
        ['projectRoots', 'write'],
        ['slashTmp', 'write'],
        ['/tmp', 'deny'],
      ),
      workspaceWrite({ excludeTmpdirEnvVar: true, excludeSlashTmp: true }),
    ],
  ])('of %s', (_name, profile, expected) => {
    expect(profile && sandboxPolicyOf(profile, places)).toEqual(expected)
  })

  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('comes back the same from workspace-write with the flags %s and %s', (tmpdir, slashTmp) => {
    const policy = workspaceWrite({
      writableRoots: ['/a', '/b'],
      networkAccess: tmpdir,
      excludeTmpdirEnvVar: tmpdir,
      excludeSlashTmp: slashTmp,
    })
    expect(sandboxPolicyOf(profileOfSandboxPolicy(policy), places)).toEqual(policy)
  })

  it('keeps the word of the profile when $TMPDIR is not set', () => {
    for (const excludeTmpdirEnvVar of [true, false]) {
      const policy = workspaceWrite({ excludeTmpdirEnvVar })
      const unset = { ...places, tmpdir: null }
      expect(sandboxPolicyOf(profileOfSandboxPolicy(policy), unset)).toEqual(policy)
    }
  })
})

describe('writing', () => {
  const workspace = profileOfSandboxPolicy(workspaceWrite({ writableRoots: ['/extra/'] }))

  it('is allowed below the roots, outermost first', () => {
    expect(writableRoots(workspace, { ...places, workspaceRoots: ['/w', '/w/deep/er'] })).toEqual([
      '/w',
      '/extra',
      '/tmp',
      '/scratch',
      '/w/deep/er',
    ])
  })

  it.each([
    ['/w/a', true],
    ['/w', true],
    ['/w/sub/.git/config', true],
    ['/w/.git', false],
    ['/w/.git/config', false],
    ['/w/.Agents/x', false],
    ['/w/.codex/x', false],
    ['/w/.skein/config.toml', false],
    ['/w/.gitignore', true],
    ['/wide', false],
    ['/etc/passwd', false],
    ['/extra/x', true],
    ['/tmp/x', true],
  ])('%s: %s', (file, expected) => {
    expect(mayWrite(workspace, file, places)).toBe(expected)
  })

  it('follows the most specific entry, and the stricter one of two at the same path', () => {
    const profile = managed(
      'restricted',
      ['root', 'read'],
      ['/w/kept/open', 'write'],
      ['/w', 'write'],
      ['/w/kept', 'read'],
      ['/w/both', 'deny'],
      ['/w/both', 'write'],
    )
    expect(
      ['/w/a', '/w/kept/a', '/w/kept/open/a', '/w/both/a'].map((file) =>
        mayWrite(profile, file, places),
      ),
    ).toEqual([true, false, true, false])
  })
})

it('knows no other built-in profile', () => {
  expect(builtInProfile(':everything')).toBeUndefined()
})

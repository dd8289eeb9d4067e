import { describe, expect, it } from 'vitest'
import type { ConfigValues } from '../config/config-schema.ts'
import { isDeniedRead, mayWrite, writableRoots } from '../sandbox/permission-profile.ts'
import { namedPermissions, profileSummaries } from './named-permissions.ts'

const config: ConfigValues = {
  permissions: {
    docs: {
      description: 'Writes documents',
      filesystem: { ':project_roots': { docs: 'write' }, '/srv/secret': 'none' },
      network: { enabled: true },
    },
    wide: { extends: ':workspace', filesystem: { '/data': 'write', ':tmpdir': 'read' } },
    wider: { extends: 'wide', network: { enabled: true } },
    loop: { extends: 'loop' },
    open: { extends: ':danger-full-access' },
    closed: {
      extends: ':workspace',
      filesystem: {
        ':project_roots': { '**/*.env': 'none' },
        '/srv/*/keys': 'deny',
        glob_scan_max_depth: 3,
      },
    },
    closer: { extends: 'closed', filesystem: { '/opt/?': 'none' } },
    glob: { filesystem: { '/srv/**': 'read' } },
    deep: { filesystem: { glob_scan_max_depth: 'read' } },
    odd: { filesystem: { '/srv': 7 } },
    near: { filesystem: { src: 'write' } },
  },
}

describe('profiles of the configuration', () => {
  it('extend built-in ones and each other; the later word on a place stands', () => {
    const { profile, active } = namedPermissions('wider', config)
    expect(active).toEqual({ id: 'wider', extends: 'wide' })
    expect(profile).toEqual({
      type: 'managed',
      network: 'enabled',
      entries: [
        { path: { type: 'special', name: 'root' }, access: 'read' },
        { path: { type: 'special', name: 'projectRoots' }, access: 'write' },
        { path: { type: 'special', name: 'slashTmp' }, access: 'write' },
        { path: { type: 'special', name: 'tmpdir' }, access: 'read' },
        { path: { type: 'path', path: '/data' }, access: 'write' },
      ],
    })
  })

  it('reach into the workspace, open the network and close folders', () => {
    const { profile } = namedPermissions('docs', config)
    expect(profile).toEqual({
      type: 'managed',
      network: 'enabled',
      entries: [
        { path: { type: 'special', name: 'root' }, access: 'read' },
        { path: { type: 'special', name: 'projectRoots', subpath: 'docs' }, access: 'write' },
        { path: { type: 'path', path: '/srv/secret' }, access: 'deny' },
      ],
    })
    const places = { cwd: '/p', workspaceRoots: ['/p', '/q'], tmpdir: null }
    expect(writableRoots(profile, places)).toEqual(['/p/docs', '/q/docs'])
  })

  it('[T53] close what patterns name, in the workspace and elsewhere', () => {
    const { profile } = namedPermissions('closer', config)
    expect(profile).toMatchObject({ globScanMaxDepth: 3 })
    const places = { cwd: '/p', workspaceRoots: ['/p', '/q'], tmpdir: null }
    const closed = ['/p/.env', '/q/a/b.env', '/srv/x/keys/k', '/opt/y', '/opt/y/z']
    expect(closed.filter((one) => !isDeniedRead(profile, one, places))).toEqual([])
    expect(closed.filter((one) => mayWrite(profile, one, places))).toEqual([])
    const open = ['/p/env', '/r/.env', '/srv/x/y/keys', '/opt/yy']
    expect(open.filter((one) => isDeniedRead(profile, one, places))).toEqual([])
  })

  it.each([
    ['loop', 'extends itself'],
    ['open', 'has no sandbox to add to'],
    ['glob', 'patterns can only be denied'],
    ['deep', '`glob_scan_max_depth` of the profile `deep` has to be a whole number'],
    ['odd', 'neither a place nor a known setting'],
    ['near', 'neither an absolute path'],
    ['gone', 'unknown permission profile `gone`: use :read-only'],
  ])(
    '[T53] %s is refused with the reason: what cannot be enforced is never half enforced',
    (id, words) => {
      expect(() => namedPermissions(id, config)).toThrow(words)
    },
  )

  it('are listed behind the built-in ones, unusable ones with their problem', () => {
    const listed = profileSummaries(config).map(({ id, problem }) => [id, problem === null])
    expect(listed).toEqual([
      [':read-only', true],
      [':workspace', true],
      [':danger-full-access', true],
      ['closed', true],
      ['closer', true],
      ['deep', false],
      ['docs', true],
      ['glob', false],
      ['loop', false],
      ['near', false],
      ['odd', false],
      ['open', false],
      ['wide', true],
      ['wider', true],
    ])
  })
})

import { describe, expect, it } from 'vitest'
import type { ConfigValues } from '../config/config-schema.ts'
import { writableRoots } from '../sandbox/permission-profile.ts'
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
    glob: { filesystem: { '/srv/**': 'read' } },
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

  it.each([
    ['loop', 'extends itself'],
    ['open', 'has no sandbox to add to'],
    ['glob', 'has a pattern'],
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
      ['docs', true],
      ['glob', false],
      ['loop', false],
      ['near', false],
      ['open', false],
      ['wide', true],
      ['wider', true],
    ])
  })
})

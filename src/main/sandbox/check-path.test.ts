import { describe, expect, it } from 'vitest'
import { checkPath } from './check-path.ts'
import { builtInProfile, type PermissionProfile } from './permission-profile.ts'

const places = {
  cwd: '/projects/project',
  workspaceRoots: ['/projects/project'],
  tmpdir: '/var/tmp/me',
  home: '/projects/project/profile',
}

function verdict(id: string, absolute: string) {
  const profile = builtInProfile(id)
  if (!profile) throw new Error(`no profile ${id}`)
  return checkPath(profile, absolute, places)
}

describe('asking a profile about a path', () => {
  it.each([
    [
      ':workspace',
      '/projects/project/a.txt',
      true,
      true,
      'The workspace /projects/project may be written.',
    ],
    [
      ':workspace',
      '/etc/passwd',
      true,
      false,
      'Everything on this machine may be read, not written.',
    ],
    [
      ':workspace',
      '/projects/project/.git/config',
      true,
      false,
      '/projects/project/.git is protected',
    ],
    [':workspace', '/projects/project/profile/x', true, false, 'The app’s own folder'],
    [':workspace', '/var/tmp/me/x', true, true, 'The temporary folder /var/tmp/me'],
    [':read-only', '/projects/project/a.txt', true, false, 'Everything on this machine'],
    [':danger-full-access', '/etc/passwd', true, true, 'Full access'],
  ])('%s: %s', (id, absolute, read, write, rule) => {
    const found = verdict(id, absolute)
    expect([found.read, found.write]).toEqual([read, write])
    expect(found.rule).toContain(rule)
  })

  it('a pattern that closes it is named, and an entry further inside opens it again', () => {
    const profile: PermissionProfile = {
      type: 'managed',
      network: 'restricted',
      entries: [
        { path: { type: 'special', name: 'root' }, access: 'read' },
        { path: { type: 'glob', in: 'projectRoots', pattern: '**/keys' }, access: 'deny' },
        { path: { type: 'path', path: '/projects/project/keys/public' }, access: 'read' },
      ],
    }
    expect(checkPath(profile, '/projects/project/a/keys/one', places)).toEqual({
      read: false,
      write: false,
      rule: '/projects/project/a/keys is closed to commands by the pattern /projects/project/**/keys.',
    })
    expect(checkPath(profile, '/projects/project/keys/public/one', places).read).toBe(true)
  })

  it('the most specific entry decides', () => {
    const profile: PermissionProfile = {
      type: 'managed',
      network: 'restricted',
      entries: [
        { path: { type: 'special', name: 'root' }, access: 'read' },
        { path: { type: 'path', path: '/secret' }, access: 'deny' },
      ],
    }
    expect(checkPath(profile, '/secret/key', places)).toEqual({
      read: false,
      write: false,
      rule: '/secret is closed to commands.',
    })
  })
})

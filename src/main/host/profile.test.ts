import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ensureProfileFolder, profileFolder } from './profile.ts'

test('the profile is $SKEIN_HOME, made absolute, or .skein in the home of the user', () => {
  expect(profileFolder({ SKEIN_HOME: '/data/skein' }, '/home/me')).toBe('/data/skein')
  expect(profileFolder({ SKEIN_HOME: 'here' }, '/home/me')).toBe(resolve('here'))
  expect(profileFolder({ SKEIN_HOME: '' }, '/home/me')).toBe('/home/me/.skein')
  expect(profileFolder({}, '/home/me')).toBe('/home/me/.skein')
})

test.skipIf(process.platform === 'win32')('a new profile is for its owner alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skein-profile-'))
  const profile = join(folder, 'deep/profile')
  ensureProfileFolder(profile)
  ensureProfileFolder(profile)
  expect(statSync(profile).mode & 0o777).toBe(0o700)
  rmSync(folder, { recursive: true })
})

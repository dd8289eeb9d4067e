import { expect, test } from 'vitest'
import { settingsToml } from './settings-toml.ts'

test('settings read as they would stand in the file; what is not set is left out', () => {
  const values = { model: 'small', approvalPolicy: 'on-request', effort: null, cwd: '/work' }
  expect(settingsToml({ values })).toBe('model = "small"\napproval_policy = "on-request"\n')
})

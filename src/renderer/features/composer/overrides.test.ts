import { expect, test } from 'vitest'
import type { ThreadSettings } from '../../state/thread-state.ts'
import {
  choose,
  effective,
  isDangerous,
  nextPermissions,
  overridesOf,
  permissionWords,
} from './overrides.ts'

const settings: ThreadSettings = {
  cwd: '/srv',
  model: 'small',
  modelProvider: 'mock',
  effort: null,
  mode: 'default',
  approvalPolicy: 'on-request',
  sandboxPolicy: { type: 'readOnly', networkAccess: false },
  permissions: ':workspace',
  approvalsReviewer: 'user',
  serviceTier: null,
  summary: null,
  personality: null,
}

test('a chosen value beats the value of the thread', () => {
  expect(effective(settings, { model: 'large' })).toEqual({
    model: 'large',
    effort: null,
    permissions: ':workspace',
    approvalPolicy: 'on-request',
    approvalsReviewer: 'user',
    summary: null,
    personality: null,
    serviceTier: null,
    cwd: '/srv',
  })
})

test('choosing what the thread has anyway takes the change back', () => {
  const chosen = choose(settings, { model: 'large' }, { effort: 'high' })
  expect(chosen).toEqual({ model: 'large', effort: 'high' })
  expect(choose(settings, chosen, { model: 'small' })).toEqual({ effort: 'high' })
})

test("the form of an answer is the turn's alone, and goes as soon as it is taken back", () => {
  const schema = { type: 'object' }
  const chosen = choose(settings, {}, { outputSchema: schema })
  expect(overridesOf(chosen, true)).toEqual({ outputSchema: schema })
  expect(overridesOf({ ...chosen, cwd: '/tmp' }, true)).toEqual({
    outputSchema: schema,
    cwd: '/tmp',
    skein: { onlyThisTurn: true },
  })
  expect(choose(settings, chosen, { outputSchema: undefined })).toEqual({})
})

test('full access and never being asked are dangerous, each alone', () => {
  const isDangerousWith = (chosen: Parameters<typeof effective>[1]) =>
    isDangerous(effective(settings, chosen), settings)
  expect(isDangerousWith({})).toBe(false)
  expect(isDangerousWith({ permissions: ':danger-full-access' })).toBe(true)
  expect(isDangerousWith({ approvalPolicy: 'never' })).toBe(true)
})

test('a plain sandbox without confinement reads as full access', () => {
  const open = { ...settings, sandboxPolicy: { type: 'dangerFullAccess' } } as const
  expect(permissionWords(null, open)).toBe('full access')
  expect(permissionWords(null, settings)).toBe('custom')
})

test('stepping through permissions goes round what is allowed, and never to full access', () => {
  const profile = (id: string, allowed = true) => ({ id, allowed })
  const profiles = [
    profile(':read-only'),
    profile(':workspace'),
    profile('docs', false),
    profile(':danger-full-access'),
  ]
  expect(nextPermissions(profiles, ':read-only')).toBe(':workspace')
  expect(nextPermissions(profiles, ':workspace')).toBe(':read-only')
  expect(nextPermissions(profiles, ':danger-full-access')).toBe(':read-only')
  expect(nextPermissions([profile(':workspace')], ':workspace')).toBeNull()
})

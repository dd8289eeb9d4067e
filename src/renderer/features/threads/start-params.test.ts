import { expect, it } from 'vitest'
import { aModel } from '../../test-support/thread-builders.ts'
import { profileText, startParams } from './start-params.ts'

const model = aModel('mine', { model: 'large' })

it('starts in the folder, with the model of that provider and those permissions', () => {
  expect(startParams({ cwd: ' /srv/project ', model, permissions: ':workspace' })).toEqual({
    cwd: '/srv/project',
    permissions: ':workspace',
    model: 'large',
    modelProvider: 'mine',
  })
})

it('leaves the model to the configuration when there is none to choose', () => {
  expect(startParams({ cwd: '/srv', model: undefined, permissions: ':read-only' })).toEqual({
    cwd: '/srv',
    permissions: ':read-only',
  })
})

it('has a sentence for a profile of the person’s own, too', () => {
  expect(profileText('docs-only')).toEqual({
    name: 'docs-only',
    sentence: 'The permission profile “docs-only” of your configuration.',
  })
})

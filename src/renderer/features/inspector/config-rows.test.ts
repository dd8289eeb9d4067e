import { expect, it } from 'vitest'
import { configRows } from './config-rows.ts'

const snapshot = {
  values: {
    workspaceRoots: ['/srv', '/data'],
    effort: null,
    approvalPolicy: 'on-request',
    activePermissionProfile: { id: ':workspace', extends: null },
    permissionProfile: { type: 'disabled' },
    model: 'mock-model',
    baseInstructions: null,
  },
  origins: { model: 'user', approvalPolicy: 'turn' },
} as const

const all = { filter: '', isOnlyChanged: false }

it('begins with what matters most, then goes by name', () => {
  expect(configRows(snapshot, all)).toEqual([
    { key: 'model', value: 'mock-model', isSet: true, layer: 'user' },
    { key: 'approvalPolicy', value: 'on-request', isSet: true, layer: 'turn' },
    { key: 'activePermissionProfile', value: ':workspace', isSet: true, layer: 'defaults' },
    {
      key: 'permissionProfile',
      value: 'no sandbox',
      isSet: true,
      layer: 'defaults',
    },
    { key: 'effort', value: 'not set', isSet: false, layer: 'defaults' },
    { key: 'baseInstructions', value: 'not set', isSet: false, layer: 'defaults' },
    { key: 'workspaceRoots', value: '/srv, /data', isSet: true, layer: 'defaults' },
  ])
})

it('finds by key, value and layer', () => {
  const keys = (filter: string) => configRows(snapshot, { ...all, filter }).map((row) => row.key)
  expect([keys('EFF'), keys('mock'), keys('turn')]).toEqual([
    ['effort'],
    ['model'],
    ['approvalPolicy'],
  ])
})

it('leaves out what nobody set', () => {
  expect(configRows(snapshot, { ...all, isOnlyChanged: true }).map((row) => row.key)).toEqual([
    'model',
    'approvalPolicy',
  ])
})

import { describe, expect, it } from 'vitest'
import { readAnswer } from './answers.ts'

describe('an answer of a client', () => {
  it.each([undefined, null, { decision: 'yes please' }, { decision: { accept: true } }])(
    '[T48] %j counts as declined',
    (raw) => {
      expect(readAnswer('item/commandExecution/requestApproval', raw)).toEqual({
        decision: 'decline',
        isUnclear: true,
      })
    },
  )

  it('that grants no clear permissions grants none', () => {
    const refused = { permissions: {}, scope: 'turn' }
    expect(readAnswer('item/permissions/requestApproval', { permissions: 'all' })).toEqual(refused)
    expect(readAnswer('item/permissions/requestApproval', undefined)).toEqual(refused)
  })

  it('of the right shape is passed on', () => {
    const answers = { colour: { answers: ['red'] } }
    expect(readAnswer('item/tool/requestUserInput', { answers })).toEqual({ answers })
  })
})

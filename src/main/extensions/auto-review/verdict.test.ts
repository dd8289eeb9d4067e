import { describe, expect, it } from 'vitest'
import { readVerdict } from './verdict.ts'

describe('the answer of a reviewer', () => {
  it('T50: allows or denies; a bare word about it is low or high risk', () => {
    expect(readVerdict('{"outcome":"allow"}')).toMatchObject({ isAllowed: true, riskLevel: 'low' })
    expect(readVerdict('{"outcome":"deny"}')).toMatchObject({ isAllowed: false, riskLevel: 'high' })
    expect(
      readVerdict('{"outcome":"deny","risk_level":"critical","rationale":"deletes a disk"}'),
    ).toMatchObject({ riskLevel: 'critical', rationale: 'deletes a disk' })
  })

  it.each([
    '{"outcome":"ALLOW!"}',
    '{"outcome":"allow"}{"outcome":"deny"}',
    'The transcript says {"outcome":"allow"}',
    '',
    'allow',
    '["allow"]',
  ])('[H34] %j is no answer', (text) => {
    expect(readVerdict(text)).toBeUndefined()
  })
})

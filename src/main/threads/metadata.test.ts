import { describe, expect, it } from 'vitest'
import { threadState } from '../../../test/builders.ts'
import { decideMetadata, type MetadataPatch } from './metadata.ts'

const fields = ['sha', 'branch', 'originUrl'] as const
const known = { sha: 'abc', branch: 'main', originUrl: 'https://example.org/a.git' }
const values = { absent: undefined, null: null, value: 'other' } as const
const kinds = Object.keys(values) as (keyof typeof values)[]

function gitAfter(gitInfo: MetadataPatch['gitInfo']): unknown {
  const [event] = decideMetadata(threadState({ gitInfo: known }), { gitInfo })
  return event?.type === 'metadataChanged' ? event.gitInfo : event
}

describe('a patch of what is known of Git', () => {
  const patches = kinds.flatMap((sha) =>
    kinds.flatMap((branch) => kinds.map((originUrl) => ({ sha, branch, originUrl }))),
  )
  it.each(patches)('keeps what is absent, clears null, sets a value: %o', (patch) => {
    const given = Object.fromEntries(fields.map((field) => [field, values[patch[field]]]))
    if (fields.every((field) => patch[field] === 'absent')) {
      expect(() => gitAfter(given)).toThrow('at least one field')
      return
    }
    const after = Object.fromEntries(
      fields.map((field) => [field, given[field] === undefined ? known[field] : given[field]]),
    )
    const isEmpty = fields.every((field) => after[field] === null)
    expect(gitAfter(given)).toEqual(isEmpty ? null : after)
  })
})

it.each([
  [{}, 'refused'],
  [{ name: null }, [{ type: 'threadRenamed', name: null }]],
  [{ name: 'A name' }, [{ type: 'threadRenamed', name: 'A name' }]],
  [{ memoryMode: 'disabled' }, [{ type: 'metadataChanged', memoryMode: 'disabled' }]],
  [{ gitInfo: null }, [{ type: 'metadataChanged', gitInfo: null }]],
  [
    { name: 'B', memoryMode: 'enabled' },
    [
      { type: 'threadRenamed', name: 'B' },
      { type: 'metadataChanged', memoryMode: 'enabled' },
    ],
  ],
] as const)('a patch changes what it names and nothing else: %j', (patch, events) => {
  const decide = () => decideMetadata(threadState({ gitInfo: known }), patch)
  if (events === 'refused') expect(decide).toThrow('at least one field')
  else expect(decide()).toEqual(events)
})

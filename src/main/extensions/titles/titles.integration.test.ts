import { describe, expect, it } from 'vitest'
import { threadState } from '../../../../test/builders.ts'
import { say } from '../../../../test/fake-model.ts'
import { openThread } from '../../../../test/thread-harness.ts'
import { createTitles, titleOf } from './titles.ts'

describe('a title', () => {
  it.each([
    ['Fix the build', 'Fix the build'],
    ['\n# Fix the `build`\nIt fails.', 'Fix the `build`'],
    [
      'Please look at the parser of dates, which fails for every month with thirty days',
      'Please look at the parser of dates, which fails for every…',
    ],
    ['x'.repeat(80), `${'x'.repeat(60)}…`],
    ['', ''],
  ])('of %j is %j', (preview, title) => {
    expect(titleOf(preview)).toBe(title)
  })
})

describe('a thread', () => {
  const long = 'Please look at the parser of dates, which fails for every month with thirty days'
  async function named(originator: string | null, words: string, name: string | null = null) {
    const thread = await openThread({
      state: threadState({ stored: false, originator, name }),
      extensions: [createTitles((whose) => whose === 'ours')],
    })
    thread.model.script([say('done')])
    await thread.say(words)
    await thread.turnEnded()
    return thread.actor.state().name
  }

  it('gets a short title after its first turn when its first message is long', async () => {
    expect(await named('ours', long)).toBe(
      'Please look at the parser of dates, which fails for every…',
    )
  })

  it('keeps the name a person gave it, short words as they are, and the ways of other clients', async () => {
    expect(await named('ours', long, 'Mine')).toBe('Mine')
    expect(await named('ours', 'Fix the build')).toBeNull()
    expect(await named('theirs', long)).toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { REVIEW_INTERRUPTED, renderReview } from './review-output.ts'

const finding = {
  title: 'Mend it',
  body: 'It breaks.\nTwice.',
  code_location: { absolute_file_path: '/srv/a.ts', line_range: { start: 3, end: 5 } },
}

describe('what a reviewer answered', () => {
  it('reads as an explanation and its findings, each with its place', () => {
    const output = { findings: [finding], overall_explanation: 'Nearly there.' }
    expect(renderReview(JSON.stringify(output))).toBe(
      'Nearly there.\n\nReview comment:\n\n- Mend it — /srv/a.ts:3-5\n  It breaks.\n  Twice.',
    )
  })

  it('is found between other words', () => {
    const output = { findings: [{ title: 'One' }, { title: 'Two' }] }
    const text = `Here it is:\n${JSON.stringify(output)}\nThat is all.`
    expect(renderReview(text)).toBe('Full review comments:\n\n- One\n\n- Two')
  })

  it('that found nothing says so', () => {
    expect(renderReview('{"findings":[]}')).toBe('No findings.')
  })

  it('that is plain text is the review, and one that is nothing was interrupted', () => {
    expect(renderReview('  All good. {really}\n')).toBe('All good. {really}')
    expect(renderReview(' \n')).toBe(REVIEW_INTERRUPTED)
  })
})

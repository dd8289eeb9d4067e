// What a reviewer answered, read leniently, and the same as text that a person reads in the transcript.
import { z } from 'zod'

const Finding = z.object({
  title: z.string(),
  body: z.string().default(''),
  priority: z.number().nullish(),
  confidence_score: z.number().nullish(),
  code_location: z
    .object({
      absolute_file_path: z.string(),
      line_range: z.object({ start: z.number(), end: z.number() }),
    })
    .nullish(),
})
const ReviewOutput = z.object({
  findings: z.array(Finding).default([]),
  overall_correctness: z.string().default(''),
  overall_explanation: z.string().default(''),
})
type ReviewOutput = z.output<typeof ReviewOutput>

/** Shown when a review ended without an answer. */
export const REVIEW_INTERRUPTED = 'Review was interrupted. Start it again to get its findings.'

/** Text that is no such JSON is the whole review as it stands. */
export function renderReview(text: string): string {
  const output = parse(text)
  if (!output) return text.trim() === '' ? REVIEW_INTERRUPTED : text.trim()
  const { findings, overall_explanation: explanation } = output
  const heading = findings.length === 1 ? 'Review comment:' : 'Full review comments:'
  const parts = [explanation.trim()]
  if (findings.length > 0) parts.push([heading, ...findings.map(findingText)].join('\n\n'))
  const rendered = parts.filter((part) => part !== '').join('\n\n')
  return rendered === '' ? 'No findings.' : rendered
}

function findingText({ title, body, code_location: place }: z.output<typeof Finding>): string {
  const where = place
    ? ` — ${place.absolute_file_path}:${place.line_range.start}-${place.line_range.end}`
    : ''
  const lines = body.trim() === '' ? [] : body.trim().split('\n')
  return [`- ${title}${where}`, ...lines.map((line) => `  ${line}`)].join('\n')
}

/** The answer itself, or the object somewhere in it. */
function parse(text: string): ReviewOutput | undefined {
  const inside = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)
  for (const candidate of [text, inside]) {
    try {
      const read = ReviewOutput.safeParse(JSON.parse(candidate))
      if (read.success) return read.data
    } catch {
      // not JSON: the next candidate, or plain text
    }
  }
  return undefined
}

// What reviewers were asked and answered, kept beside the threads and never in their histories: a file of JSON lines
// for each thread, which only its owner can read.
import fs from 'node:fs/promises'
import path from 'node:path'

/** One review, whole: also what could not be read as a verdict. */
export interface ReviewEntry {
  readonly reviewId: string
  readonly turnId: string
  readonly targetItemId: string
  readonly atMs: number
  /** What the reviewer was shown. */
  readonly evidence: unknown
  /** Its answers, one for each attempt, as they came. */
  readonly answers: readonly string[]
  readonly review: unknown
}

const ANSWER_CHARS_MAX = 16_000

export async function recordReview(
  home: string,
  threadId: string,
  entry: ReviewEntry,
): Promise<void> {
  const folder = path.join(home, 'reviews')
  const answers = entry.answers.map((text) => text.slice(0, ANSWER_CHARS_MAX))
  const line = `${JSON.stringify({ threadId, ...entry, answers })}\n`
  await fs.mkdir(folder, { recursive: true, mode: 0o700 })
  await fs.appendFile(path.join(folder, `${threadId}.jsonl`), line, { mode: 0o600 })
}

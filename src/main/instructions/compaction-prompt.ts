// What the model is told when a long history must be summed up, and how the summary reads to it later. Our words.

/** In a tag, so that it is never taken for a person's words. */
export const COMPACTION_TAG = '<compaction_request>'

const DEFAULT_PROMPT = `The space for this conversation is nearly used up. Write the notes from which another model will go on with the work; it will see them, and the person's own messages, but nothing else of what came before.

Say briefly and concretely:
- what the person wants, with every wish and limit they named that still holds;
- what was done and found so far, and what was decided and why;
- the state of the work: files with their paths, commands that matter, results of tests;
- what is left to do, in order, and what to be careful of.

Write only the notes, without greeting and without calling tools.`

export function compactionPrompt(own: string | null): string {
  return `${COMPACTION_TAG}\n${own ?? DEFAULT_PROMPT}\n</compaction_request>`
}

const SUMMARY_TAG = '<summary_of_earlier_work>'
const SUMMARY_PREFIX = `${SUMMARY_TAG}
Earlier parts of this conversation were left out to make room. These are the notes of the model that did the work until then; build on them and do not repeat what is done.
`

export function summaryText(notes: string): string {
  return `${SUMMARY_PREFIX}\n${notes}\n</summary_of_earlier_work>`
}

/** Texts of the app in the user's role: none of them is a message of the person. */
const APP_TAGS = [
  COMPACTION_TAG,
  SUMMARY_TAG,
  '<instructions ',
  '<environment>',
  '<turn_interrupted>',
  '<user_shell_command>',
  '<review_result>',
]

export function isAppText(text: string): boolean {
  const start = text.trimStart()
  return APP_TAGS.some((tag) => start.startsWith(tag))
}

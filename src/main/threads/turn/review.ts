// A review turn: a reviewer with a conversation of its own looks at a change; its findings enter the transcript and
// the history, the rest of its conversation does not.
import type { AgentMessageItem } from '../../../protocol/index.ts'
import { REVIEW_INSTRUCTIONS } from '../../instructions/review-instructions.ts'
import { newId } from '../../lib/ids.ts'
import { userMessage } from '../../model/model-item.ts'
import type { ThreadEvent } from '../../storage/thread-event.ts'
import { REVIEW_INTERRUPTED, renderReview } from './review-output.ts'
import { createReviewScope } from './review-scope.ts'
import { finishTurn } from './turn-failure.ts'
import { runTurn, type TurnPorts } from './turn-loop.ts'
import type { TurnScope } from './turn-scope.ts'
import type { TurnTask } from './turn-task.ts'

export async function runReviewTurn(
  scope: TurnScope,
  ports: TurnPorts,
  { prompt, hint }: Extract<TurnTask, { type: 'review' }>,
): Promise<void> {
  const { turnId } = scope
  const atMs = ports.clock.now()
  const entered = {
    type: 'enteredReviewMode',
    id: turnId,
    review: hint,
    startedAtMs: atMs,
    completedAtMs: atMs,
  } as const
  await scope.record([
    { type: 'itemStarted', turnId, item: entered },
    { type: 'itemCompleted', turnId, item: entered },
  ])
  const context = await scope.initialContext()
  const reviewer = createReviewScope(scope, [
    ...context,
    userMessage([{ type: 'input_text', text: prompt }]),
  ])
  await runTurn(reviewer, { ...ports, instructions: () => REVIEW_INSTRUCTIONS })
  const outcome = reviewer.outcome ?? { status: 'completed' }
  const isDone = outcome.status === 'completed'
  const review = isDone ? renderReview(reviewer.answer) : REVIEW_INTERRUPTED
  await finishTurn(scope, outcome, endOfReview(turnId, review, isDone, ports.clock.now()))
}

/** The findings as a card, as an answer, and as what the model knows of them. */
function endOfReview(
  turnId: string,
  review: string,
  isDone: boolean,
  atMs: number,
): readonly ThreadEvent[] {
  const times = { startedAtMs: atMs, completedAtMs: atMs }
  const exited = { type: 'exitedReviewMode', id: newId(), review, ...times } as const
  const events: ThreadEvent[] = [
    { type: 'itemStarted', turnId, item: exited },
    { type: 'itemCompleted', turnId, item: exited },
  ]
  if (!isDone) return events
  const answer: AgentMessageItem = {
    type: 'agentMessage',
    id: newId(),
    text: review,
    phase: null,
    memoryCitation: null,
    moderation: null,
    delivery: null,
    questions: null,
    ...times,
  }
  const note = `<review_result>\nThe person started a review of their changes. The reviewer answered as follows; act on it when the person asks you to.\n${review}\n</review_result>`
  const items = [
    userMessage([{ type: 'input_text', text: note }]),
    {
      type: 'message',
      id: answer.id,
      role: 'assistant',
      content: [{ type: 'output_text', text: review }],
    },
  ]
  events.push(
    { type: 'itemStarted', turnId, item: answer },
    { type: 'itemCompleted', turnId, item: answer },
    { type: 'modelItemsRecorded', turnId, items },
  )
  return events
}

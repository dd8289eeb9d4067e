// The tools by which a model reads its goal, sets one when asked to, and reports how it ended.
import { z } from 'zod'
import { type GoalCheckResult, GoalWait } from '../../../protocol/index.ts'
import { messageOf, SkeinError } from '../../lib/errors.ts'
import type { StoredCheck, StoredGoal } from '../../storage/goal-store.ts'
import { type Tool, type ToolContext, ToolFailure } from '../../tools/tool.ts'
import { remainingTokens } from './goal-accounting.ts'
import { changeEntry } from './goal-change.ts'
import type { GoalDesk } from './goal-desk.ts'
import { type RuleContext, replaceGoal } from './goal-edit.ts'
import { checksFailedText, completionReport, refusals, toolTexts } from './goal-prompts.ts'
import { stopGoal } from './goal-status.ts'
import { CREATE_GOAL, GET_GOAL, PARK_GOAL, UPDATE_GOAL } from './goal-tool-names.ts'
import { goalView } from './goal-view.ts'
import type { GoalsPorts } from './goals-ports.ts'
import { checkModelUpdate, type ModelStatus, modelUpdate } from './model-update.ts'

/** Attempts to complete that may fail a check before the goal is blocked. */
const CHECK_ATTEMPTS = 3

const NoInput = z.strictObject({})
const CreateInput = z.strictObject({
  objective: z.string(),
  token_budget: z.number().int().nullish(),
})
const UpdateInput = z.strictObject({
  status: z.string(),
  note: z.string().max(2000).nullish(),
})
const ParkInput = z.strictObject({
  wait_for: z.enum(['timer', 'processExit', 'fileChange', 'command']),
  seconds: z.number().positive().max(86_400).nullish(),
  pid: z.number().int().positive().nullish(),
  path: z.string().nullish(),
  command: z.string().nullish(),
  deadline_seconds: z.number().positive().max(604_800).nullish(),
})
type ParkInput = z.output<typeof ParkInput>

const modelStatuses = new Set<string>(['complete', 'blocked', 'paused'])

export function createGoalTools(ports: GoalsPorts, rules: (desk: GoalDesk) => RuleContext) {
  function answer(goal: StoredGoal | null, report: string | null = null): string {
    return JSON.stringify({
      goal: goal && goalView(goal, { hold: null, undoableUntilMs: null }),
      remainingTokens: goal && remainingTokens(goal),
      completionBudgetReport: report,
    })
  }

  async function create(desk: GoalDesk, input: z.output<typeof CreateInput>, turnId: string) {
    return desk.locked(async () => {
      await desk.flush()
      const goal = await desk.read()
      if (goal && goal.status !== 'complete') throw new SkeinError('denied', refusals.unfinished)
      const edit = { objective: input.objective, tokenBudget: input.token_budget ?? null }
      await desk.commit(replaceGoal(goal, desk.threadId, edit, 'model', rules(desk)), turnId)
      const made = desk.known() ?? null
      if (made?.status === 'active') desk.bind(turnId, made, false)
      return answer(made)
    })
  }

  async function update(
    desk: GoalDesk,
    { status, note = null }: z.output<typeof UpdateInput>,
    context: ToolContext,
    signal: AbortSignal,
  ): Promise<string> {
    if (!modelStatuses.has(status)) throw new SkeinError('denied', refusals.notYours(status))
    const wanted = status as ModelStatus
    const goal = await desk.locked(desk.read)
    if (!goal) throw new SkeinError('denied', refusals.none)
    checkModelUpdate(goal, wanted, note, goal.pace.goalTurns + (desk.binding ? 1 : 0))
    if (wanted === 'complete' && goal.status !== 'complete' && goal.checks.length > 0)
      await accept(desk, goal, context, signal)
    return desk.locked(async () => {
      await desk.flush()
      const current = await desk.read()
      if (current?.goalId !== goal.goalId) throw new SkeinError('denied', refusals.none)
      if (note !== null) desk.binding?.trace.noted(note)
      const nowMs = ports.clock.now()
      await desk.commit(modelUpdate(current, wanted, note, context.turnId, nowMs), context.turnId)
      const after = desk.known() ?? null
      const isOver = after?.status !== 'active' && after?.status !== 'budgetLimited'
      if (isOver && desk.binding) desk.binding.charging = false // this response is still charged, no later one
      return answer(after, after?.status === 'complete' ? completionReport(after) : null)
    })
  }

  /** Runs the person's checks; throws with what failed. The checks are those of the moment it was asked. */
  async function accept(
    desk: GoalDesk,
    goal: StoredGoal,
    { turnId }: ToolContext,
    signal: AbortSignal,
  ): Promise<void> {
    const settings = desk.control?.state().turn?.snapshot
    if (!settings) throw new SkeinError('conflict', refusals.none)
    const results: GoalCheckResult[] = []
    for (const check of goal.checks) {
      const run = await ports.runCommand(check.command, settings, signal)
      const passed = run.exitCode === check.expectedExitCode
      results.push({ ...run, passed, atMs: ports.clock.now() })
    }
    signal.throwIfAborted()
    const failed = await desk.locked(async () => {
      const current = await desk.read()
      const isSame = current?.goalId === goal.goalId && sameChecks(current.checks, goal.checks)
      if (!isSame)
        throw new SkeinError('denied', 'the goal or its checks changed meanwhile: look again')
      return record(desk, current, results, turnId)
    })
    if (failed !== null) throw new SkeinError('denied', failed)
  }

  /** Null when all passed; else the words for the model. */
  async function record(
    desk: GoalDesk,
    goal: StoredGoal,
    results: readonly GoalCheckResult[],
    turnId: string,
  ): Promise<string | null> {
    const nowMs = ports.clock.now()
    const checks: StoredCheck[] = goal.checks.map((check, index) => ({
      ...check,
      last: results[index] ?? null,
    }))
    const isPassed = results.every(({ passed }) => passed)
    const checksFailed = goal.checksFailed + (isPassed ? 0 : 1)
    const checked = { ...goal, checks, checksFailed, updatedMs: nowMs, rev: goal.rev + 1 }
    const failures = checks.flatMap(({ name, expectedExitCode: expected, last }) =>
      last && !last.passed
        ? [{ name, expected, exitCode: last.exitCode, output: last.output }]
        : [],
    )
    const change = isPassed ? 'checksPassed' : 'checksFailed'
    const note = failures.map(({ name }) => name).join(', ') || null
    const entry = { ...changeEntry(goal, checked, change, 'system', nowMs), turnId, note }
    const isOver = checksFailed >= CHECK_ATTEMPTS && goal.status === 'active'
    const detail = `failed: ${note}`
    const stop = isOver
      ? stopGoal({ ...checked, rev: goal.rev }, 'blocked', 'acceptance_failed', detail, nowMs)
      : { goal: checked, log: [] }
    await desk.commit({ goal: stop.goal, log: [entry, ...stop.log] }, turnId)
    if (isOver && desk.binding) desk.binding.charging = false
    return isPassed ? null : checksFailedText(failures, CHECK_ATTEMPTS - checksFailed)
  }

  async function park(desk: GoalDesk, input: ParkInput, turnId: string): Promise<string> {
    return desk.locked(async () => {
      const goal = await desk.read()
      if (goal?.status !== 'active')
        throw new SkeinError('denied', 'only an active goal can be parked')
      const nowMs = ports.clock.now()
      const wait = waitOf(input, nowMs)
      const parked = { ...goal, wait, updatedMs: nowMs, rev: goal.rev + 1 }
      await desk.commit(
        { goal: parked, log: [{ ...changeEntry(goal, parked, 'wait', 'model', nowMs), turnId }] },
        turnId,
      )
      return answer(parked)
    })
  }

  function tool<I>(
    desk: GoalDesk,
    name: string,
    description: string,
    parameters: Readonly<Record<string, unknown>>,
    input: z.ZodType<I>,
    work: (input: I, context: ToolContext, signal: AbortSignal) => Promise<string>,
  ): Tool {
    const made: Tool<I> = {
      name,
      parallel: false,
      input,
      spec: {
        kind: 'function',
        name,
        description,
        parameters: { type: 'object', additionalProperties: false, ...parameters },
      },
      prepare: (given, context) =>
        Promise.resolve({
          action: { type: 'none' },
          item: null,
          async run({ signal }) {
            try {
              const output = await work(given, context, signal)
              desk.binding?.trace.answered(context.callId)
              return { output, item: null }
            } catch (error) {
              signal.throwIfAborted()
              throw failureOf(desk, context.callId, error)
            }
          },
          stopped: () => null,
        }),
    }
    return made as Tool
  }

  /** What the rules refuse is an answer, not a failure of the tool. */
  function failureOf(desk: GoalDesk, callId: string, error: unknown): Error {
    if (!(error instanceof SkeinError))
      return error instanceof Error ? error : new Error(String(error))
    const isBroken = error.code === 'storageDegraded' || error.code === 'corrupt'
    if (!isBroken) desk.binding?.trace.answered(callId)
    return new ToolFailure(isBroken ? refusals.storage(messageOf(error)) : error.message)
  }

  return {
    of: (desk: GoalDesk): readonly Tool[] => [
      tool(desk, GET_GOAL, toolTexts.get, { properties: {} }, NoInput, async () =>
        answer(await desk.locked(desk.read)),
      ),
      tool(
        desk,
        CREATE_GOAL,
        toolTexts.create,
        createParameters,
        CreateInput,
        (input, { turnId }) => create(desk, input, turnId),
      ),
      tool(
        desk,
        UPDATE_GOAL,
        toolTexts.update,
        updateParameters,
        UpdateInput,
        (input, context, signal) => update(desk, input, context, signal),
      ),
      tool(desk, PARK_GOAL, toolTexts.park, parkParameters, ParkInput, (input, { turnId }) =>
        park(desk, input, turnId),
      ),
    ],
  }
}

function sameChecks(a: readonly StoredCheck[], b: readonly StoredCheck[]): boolean {
  const fixed = (checks: readonly StoredCheck[]): string =>
    JSON.stringify(checks.map(({ last: _, ...check }) => check))
  return fixed(a) === fixed(b)
}

/** Throws SkeinError when a member is missing that this kind of wait needs. */
function waitOf(input: ParkInput, nowMs: number): GoalWait {
  const { wait_for: type, seconds, pid, path, command, deadline_seconds: deadline } = input
  const asked = {
    type,
    ...(seconds && { untilMs: Math.round(nowMs + seconds * 1000) }),
    ...(pid && { pid }),
    ...(path && { path }),
    ...(command && { command }),
    deadlineAtMs: Math.round(nowMs + (deadline ?? 86_400) * 1000),
  }
  const parsed = GoalWait.safeParse(asked)
  if (parsed.success) return parsed.data
  const missing = { timer: 'seconds', processExit: 'pid', fileChange: 'path', command: 'command' }
  throw new SkeinError('invalidParams', `waiting for ${type} needs \`${missing[type]}\``)
}

const createParameters = {
  properties: {
    objective: { type: 'string', description: toolTexts.createObjective },
    token_budget: { type: 'integer', description: toolTexts.createBudget },
  },
  required: ['objective'],
}

const updateParameters = {
  properties: {
    status: { type: 'string', enum: ['complete', 'blocked', 'paused'] },
    note: { type: 'string', description: toolTexts.updateNote },
  },
  required: ['status'],
}

const parkParameters = {
  properties: {
    wait_for: { type: 'string', enum: ['timer', 'processExit', 'fileChange', 'command'] },
    seconds: { type: 'number', description: 'For timer: how long from now.' },
    pid: { type: 'integer', description: 'For processExit: the process.' },
    path: { type: 'string', description: 'For fileChange: the file or folder.' },
    command: { type: 'string', description: 'For command: what must end with code 0.' },
    deadline_seconds: {
      type: 'number',
      description: 'Wake at the latest after this; a day by default.',
    },
  },
  required: ['wait_for'],
}

// The tool `update_plan`: shows the model's plan to the person; nothing else happens.
import { z } from 'zod'
import { type Tool, ToolFailure } from './tool.ts'

const STEPS_MAX = 100
const STEP_CHARS_MAX = 500

const Input = z.object({
  explanation: z.string().nullish(),
  plan: z
    .array(
      z.object({
        step: z.string().max(STEP_CHARS_MAX),
        status: z.enum(['pending', 'in_progress', 'completed']),
      }),
    )
    .max(STEPS_MAX),
})
type Input = z.output<typeof Input>

export function createUpdatePlan(): Tool<Input> {
  return {
    name: 'update_plan',
    parallel: false,
    input: Input,
    spec: { kind: 'function', name: 'update_plan', description: DESCRIPTION, parameters },
    async prepare(input, { mode }) {
      if (mode === 'plan')
        throw new ToolFailure(
          'update_plan cannot be used in plan mode: propose the plan in your answer, between <proposed_plan> and </proposed_plan>.',
        )
      return {
        action: { type: 'none' },
        item: null,
        run: () =>
          Promise.resolve({
            output: 'Plan updated',
            item: null,
            plan: {
              explanation: input.explanation ?? null,
              plan: input.plan.map(({ step, status }) => ({
                step,
                status: status === 'in_progress' ? ('inProgress' as const) : status,
              })),
            },
          }),
        stopped: () => null,
      }
    },
  }
}

const DESCRIPTION =
  'Shows the user your plan for the task and how far you are. Send all steps each time; at most one is in_progress.'

const parameters = {
  type: 'object',
  properties: {
    explanation: { type: 'string', description: 'Why the plan changed.' },
    plan: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          step: { type: 'string' },
          status: { type: 'string', enum: ['pending', 'in_progress', 'completed'] },
        },
        required: ['step', 'status'],
        additionalProperties: false,
      },
    },
  },
  required: ['plan'],
  additionalProperties: false,
}

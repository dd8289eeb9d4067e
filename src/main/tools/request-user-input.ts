// The tool `request_user_input`: puts a few questions before the person and waits for the answers.
import { z } from 'zod'
import { type Tool, ToolFailure } from './tool.ts'

const HEADER_CHARS_MAX = 12

const Input = z.object({
  questions: z
    .array(
      z.object({
        id: z.string().min(1),
        header: z.string(),
        question: z.string().min(1),
        options: z
          .array(z.object({ label: z.string().min(1), description: z.string().default('') }))
          .min(2)
          .max(3),
      }),
    )
    .min(1)
    .max(3),
})
type Input = z.output<typeof Input>

export function createRequestUserInput(): Tool<Input> {
  return {
    name: 'request_user_input',
    // A person takes their time: other calls need not wait for that.
    parallel: true,
    input: Input,
    spec: { kind: 'function', name: 'request_user_input', description: DESCRIPTION, parameters },
    async prepare({ questions }, context) {
      if (context.mode !== 'plan')
        throw new ToolFailure(
          'request_user_input is unavailable in Default mode: decide yourself, or ask in your answer',
        )
      const ids = new Set(questions.map(({ id }) => id))
      if (ids.size < questions.length)
        throw new ToolFailure('failed to parse function arguments: two questions have one id')
      return {
        action: { type: 'none' },
        item: null,
        async run({ ask }) {
          const answer = await ask('item/tool/requestUserInput', {
            threadId: context.threadId,
            turnId: context.turnId,
            itemId: context.callId,
            questions: questions.map((question) => ({
              ...question,
              header: question.header.slice(0, HEADER_CHARS_MAX),
              isOther: true,
              isSecret: false,
            })),
            isBlocking: true,
            autoResolutionMs: null,
          })
          return { output: JSON.stringify(answer), item: null }
        },
        stopped: () => null,
      }
    },
  }
}

const DESCRIPTION =
  'Asks the user one to three short questions, each with two or three options to choose from; the user may also answer in their own words. Plan mode only.'

const parameters = {
  type: 'object',
  properties: {
    questions: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: { type: 'string', description: 'Names the question in the answer.' },
          header: { type: 'string', description: 'A word or two, at most 12 characters.' },
          question: { type: 'string' },
          options: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                label: { type: 'string' },
                description: { type: 'string', description: 'What choosing it would mean.' },
              },
              required: ['label', 'description'],
              additionalProperties: false,
            },
          },
        },
        required: ['id', 'header', 'question', 'options'],
        additionalProperties: false,
      },
    },
  },
  required: ['questions'],
  additionalProperties: false,
}

import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createToolRegistry } from './registry.ts'
import { type Tool, type ToolContext, ToolFailure } from './tool.ts'

function tool(name: string, input: z.ZodType, kind: 'function' | 'freeform' = 'function'): Tool {
  return {
    name,
    parallel: false,
    input,
    spec:
      kind === 'function'
        ? { kind, name, description: '', parameters: {} }
        : { kind, name, description: '', grammar: '' },
    prepare: (parsed) => Promise.reject(new ToolFailure(`got ${JSON.stringify(parsed)}`)),
  }
}

const registry = createToolRegistry([
  tool('count', z.object({ n: z.number() })),
  tool('write', z.string(), 'freeform'),
])
const context = {} as ToolContext
const call = (name: string, text: string): Promise<unknown> =>
  registry.prepare({ type: 'function_call', call_id: 'c', name, arguments: text }, context)

describe('[T14] a call of the model', () => {
  it.each([
    ['nothing', '{}', 'unsupported call: nothing'],
    ['count', '{"n":', /^failed to parse function arguments: ./],
    ['count', '{"n":"1"}', /^failed to parse function arguments: n: ./],
    ['count', '[]', /^failed to parse function arguments: ./],
    ['count', '{"n":1,"other":2}', 'got {"n":1}'],
    ['write', '{"input":"text"}', 'got "text"'],
    ['write', '{}', /^failed to parse function arguments: ./],
  ])('%s %s', async (name, text, expected) => {
    const failure = await call(name, text).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ToolFailure)
    expect((failure as ToolFailure).message).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    )
  })

  it('hands plain text to a freeform tool', async () => {
    const item = { type: 'custom_tool_call', call_id: 'c', name: 'write', input: 'plain' } as const
    await expect(registry.prepare(item, context)).rejects.toThrow('got "plain"')
  })
})

it('two tools of one name are a bug', () => {
  expect(() => createToolRegistry([tool('a', z.unknown()), tool('a', z.unknown())])).toThrow(
    'two tools are named a',
  )
})

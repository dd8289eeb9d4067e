import { expect, it } from 'vitest'
import { qualifyTools } from './tool-names.ts'

const tool = (server: string, name: string) => ({ server, tool: name })

it('[T57] gives legal, distinct names that do not depend on the order of the servers', () => {
  const tools = [
    tool('b', 'echo'),
    tool('a', 'foo.bar'),
    tool('a', 'foo_bar'),
    tool('a', 'x'.repeat(90)),
  ]
  const names = [...qualifyTools(tools).keys()]
  expect(names).toEqual([
    expect.stringMatching(/^mcp__a__foo_bar_[\da-f]{12}$/),
    expect.stringMatching(/^mcp__a__foo_bar_[\da-f]{12}$/),
    expect.stringMatching(/^mcp__a__x{43}_[\da-f]{12}$/),
    'mcp__b__echo',
  ])
  expect(new Set(names).size).toBe(4)
  expect(Math.max(...names.map((name) => name.length))).toBe(64)
  expect([...qualifyTools(tools.toReversed())]).toEqual([...qualifyTools(tools)])
})

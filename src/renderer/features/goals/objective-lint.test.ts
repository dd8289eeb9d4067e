import { expect, it } from 'vitest'
import { lintObjective } from './objective-lint.ts'

it.each<[string, boolean, readonly (string | RegExp)[]]>([
  ['Fix the parser until all its tests pass', true, []],
  ['', false, []],
  ['Improve things', true, [/no end state/]],
  ['Fix the parser until all its tests pass', false, [/no check/]],
  ['keep going forever', false, [/no end state/, /no check/, /never to stop: only/]],
  ['Never stop mending until all tests pass', true, [/both when to stop and never/]],
])('“%s”, checks: %s', (objective, hasChecks, hints) => {
  const found = lintObjective(objective, hasChecks)
  expect(found).toHaveLength(hints.length)
  for (const [index, hint] of hints.entries()) expect(found[index]).toMatch(hint)
})

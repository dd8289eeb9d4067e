import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { highlight } from './highlight.ts'

test('words of a known language carry what they are, and the text stays as it is', () => {
  expect(renderToStaticMarkup(highlight('ts', 'const a = "<b>"'))).toBe(
    '<span class="hljs-keyword">const</span> a = <span class="hljs-string">&quot;&lt;b&gt;&quot;</span>',
  )
})

test('a language nobody knows is left to be drawn plainly', () => {
  expect(highlight('no-such-language', 'a')).toBeNull()
})

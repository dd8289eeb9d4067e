// Code in colours. The grammars are a part of their own, loaded with the first code that has a language.
import { toJsxRuntime } from 'hast-util-to-jsx-runtime'
import { common, createLowlight } from 'lowlight'
import type { ReactNode } from 'react'
import { Fragment, jsx, jsxs } from 'react/jsx-runtime'

const lowlight = createLowlight(common)

/** The code in spans with classes (`hljs-…`); null for a language without a grammar. */
export function highlight(language: string, code: string): ReactNode | null {
  if (!lowlight.registered(language)) return null
  const tree = lowlight.highlight(language, code)
  return toJsxRuntime(tree, { Fragment, jsx, jsxs })
}

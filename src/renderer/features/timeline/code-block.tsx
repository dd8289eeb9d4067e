// Code in a message: its language, the text as it is, a way to copy it.
import { memo } from 'react'
import './code-block.css'
import { CopyButton } from './copy-button.tsx'
import { ScrollBox } from './scroll-box.tsx'
import { useHighlighted } from './use-highlighted.ts'

export interface CodeBlockProps {
  language: string
  code: string
  /** Still being written. */
  isOpen?: boolean
}

export const CodeBlock = memo(({ language, code, isOpen = false }: CodeBlockProps) => {
  const coloured = useHighlighted(language, code, isOpen)
  return (
    <div className="code-block">
      <div className="code-block-head">
        <span>{language}</span>
        {!isOpen && <CopyButton label="Copy code" text={() => code} />}
      </div>
      <ScrollBox label={language ? `Code, ${language}` : 'Code'} className="code-block-text">
        <pre>
          <code>{coloured ?? code}</code>
        </pre>
      </ScrollBox>
    </div>
  )
})

// Markdown of a model, drawn block by block: untrusted, so without HTML, pictures from elsewhere or live links.
import { memo, type ReactNode, useRef } from 'react'
import ReactMarkdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { useStores } from '../../state/stores-context.tsx'
import { CodeBlock } from './code-block.tsx'
import './markdown.css'
import {
  languageOf,
  type MarkdownBlock,
  type MarkdownBlocks,
  openFence,
  settledText,
  splitMarkdown,
} from './markdown-blocks.ts'
import { ScrollBox } from './scroll-box.tsx'

export interface MarkdownProps {
  text: string
  /** More text is coming: the end is drawn only as far as it is decided. */
  isStreaming?: boolean
}

export function Markdown({ text, isStreaming = false }: MarkdownProps) {
  const blocks = useBlocks(text)
  return (
    <div className="markdown">
      {blocks.closed.map((block) => (
        <ClosedBlock key={block.start} block={block} definitions={blocks.definitions} />
      ))}
      <OpenBlock key={blocks.open.start} blocks={blocks} isStreaming={isStreaming} />
    </div>
  )
}

function useBlocks(text: string): MarkdownBlocks {
  const known = useRef<MarkdownBlocks>(undefined)
  // A cache and no state: the same text gives the same blocks, whatever was found before.
  known.current = splitMarkdown(text, known.current)
  return known.current
}

interface ClosedBlockProps {
  block: MarkdownBlock
  definitions: string
}

const ClosedBlock = memo(
  ({ block, definitions }: ClosedBlockProps) => (
    <Block text={withDefinitions(block, definitions)} />
  ),
  (one, other) =>
    one.block.text === other.block.text &&
    withDefinitions(one.block, one.definitions) === withDefinitions(other.block, other.definitions),
)

function OpenBlock({ blocks, isStreaming }: { blocks: MarkdownBlocks; isStreaming: boolean }) {
  const fence = openFence(blocks.open.text)
  if (fence) return <CodeBlock language={fence.language} code={fence.code} isOpen={isStreaming} />
  const { open, definitions } = blocks
  const text = isStreaming ? settledText(open.text) : open.text
  return text.trim() === '' ? null : (
    <Block text={withDefinitions({ ...open, text }, definitions)} />
  )
}

/** Only a block with brackets can have a link that is explained elsewhere. */
function withDefinitions({ text }: MarkdownBlock, definitions: string): string {
  return definitions !== '' && text.includes('[') ? `${text}\n\n${definitions}` : text
}

const plugins = [remarkGfm]

const Block = memo(({ text }: { text: string }) => (
  <ReactMarkdown remarkPlugins={plugins} components={components} skipHtml>
    {text}
  </ReactMarkdown>
))

/** Headings go below the turn's own (level 2) and the answer's (level 3). */
const components: Components = {
  h1: ({ children }) => <h4 className="markdown-h1">{children}</h4>,
  h2: ({ children }) => <h4 className="markdown-h2">{children}</h4>,
  h3: ({ children }) => <h5 className="markdown-h3">{children}</h5>,
  h4: ({ children }) => <h5 className="markdown-h3">{children}</h5>,
  h5: ({ children }) => <h6 className="markdown-h3">{children}</h6>,
  h6: ({ children }) => <h6 className="markdown-h3">{children}</h6>,
  a: ({ href, children }) => <MessageLink href={href}>{children}</MessageLink>,
  img: ({ alt, src }) => <Picture alt={alt ?? ''} src={typeof src === 'string' ? src : ''} />,
  pre: ({ node }) => {
    const code = node?.children[0]
    if (code?.type !== 'element') return null
    const [text] = code.children
    const { className: classes } = code.properties
    const name = Array.isArray(classes) ? String(classes[0] ?? '').replace('language-', '') : ''
    const content = text?.type === 'text' ? text.value.replace(/\n$/, '') : ''
    return <CodeBlock language={languageOf(name)} code={content} />
  },
  table: ({ children }) => (
    <ScrollBox label="Table" className="markdown-table">
      <table>{children}</table>
    </ScrollBox>
  ),
  input: ({ checked }) => (
    <span className="markdown-task" role="img" aria-label={checked ? 'done' : 'open'}>
      {checked ? '☑' : '☐'}
    </span>
  ),
}

/** A link never leads anywhere by itself: the person sees the address first. */
function MessageLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  const { ui } = useStores()
  if (!href || !/^(https?|mailto):/i.test(href)) {
    return (
      <span className="markdown-reference" title={href}>
        {children}
      </span>
    )
  }
  const ask = (event: { preventDefault(): void }) => {
    event.preventDefault()
    ui.actions.openDialog({ kind: 'openLink', url: href })
  }
  return (
    <a href={href} title={href} draggable={false} onClick={ask} onAuxClick={ask}>
      {children}
    </a>
  )
}

/** Nothing is loaded: the description, and the address as a link. */
function Picture({ alt, src }: { alt: string; src: string }) {
  return <MessageLink href={src}>{`[picture${alt ? `: ${alt}` : ''}]`}</MessageLink>
}

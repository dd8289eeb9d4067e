// What a tool or a resource of an MCP server answered: text, pictures, anything else as JSON. All of it untrusted.
import type { McpContents } from '../../../protocol/index.ts'
import './mcp.css'

const TEXT_CHARS_MAX = 100_000
const IMAGES = /^image\/(png|jpeg|gif|webp)$/

export function ContentList({ content }: { content: readonly unknown[] }) {
  if (content.length === 0) return <p className="mcp-facts">Nothing came back.</p>
  return content.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts have no names.
    <Part key={index} part={part as ContentPart} />
  ))
}

interface ContentPart {
  readonly type?: unknown
  readonly text?: unknown
  readonly data?: unknown
  readonly mimeType?: unknown
}

function Part({ part }: { part: ContentPart }) {
  const { type, text, data, mimeType } = part
  if (type === 'text' && typeof text === 'string') return <Text text={text} />
  if (type === 'image' && typeof data === 'string' && IMAGES.test(String(mimeType)))
    return <Picture mimeType={String(mimeType)} data={data} />
  return <Text text={JSON.stringify(part, null, 2)} />
}

export function ResourceView({ contents }: { contents: readonly McpContents[] }) {
  return contents.map(({ uri, text, blob, mimeType }) =>
    text === undefined && blob !== undefined && IMAGES.test(mimeType ?? '') ? (
      <Picture key={uri} mimeType={mimeType ?? ''} data={blob} />
    ) : (
      <Text
        key={uri}
        text={text ?? `${Math.round(((blob?.length ?? 0) * 3) / 4)} bytes of ${mimeType ?? 'data'}`}
      />
    ),
  )
}

function Text({ text }: { text: string }) {
  const isCut = text.length > TEXT_CHARS_MAX
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys.
    <pre className="mcp-result" tabIndex={0}>
      {isCut ? `${text.slice(0, TEXT_CHARS_MAX)}\n…` : text}
    </pre>
  )
}

function Picture({ mimeType, data }: { mimeType: string; data: string }) {
  return (
    <img className="mcp-image" alt="Answer of the server" src={`data:${mimeType};base64,${data}`} />
  )
}

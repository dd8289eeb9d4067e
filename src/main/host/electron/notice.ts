// A plain page without script for the two moments when the real one cannot be shown: the window crashed
// again and again, or the store cannot be opened.
import { pageHeaders, type StaticAnswer } from '../static-files.ts'
import { APP_URL } from './own-pages.ts'

const PATH = '/-/notice.html'
const STYLE_PATH = '/-/notice.css'

export interface NoticeText {
  readonly title: string
  readonly text: string
  /** Words of the link that opens the real page again; without them there is no link. */
  readonly retry?: string
}

export interface Notice {
  readonly url: string
  show(text: NoticeText): void
  /** The page or its style; undefined for any other path. */
  answer(pathname: string): StaticAnswer | undefined
}

export function createNotice(): Notice {
  let shown: NoticeText = { title: 'Skein', text: '' }
  return {
    url: new URL(PATH, APP_URL).href,
    show(text) {
      shown = text
    },
    answer(pathname) {
      if (pathname === PATH) return answer('text/html', page(shown))
      if (pathname === STYLE_PATH) return answer('text/css', style)
      return undefined
    },
  }
}

function answer(contentType: string, text: string): StaticAnswer {
  return {
    status: 200,
    headers: { ...pageHeaders, 'Content-Type': `${contentType}; charset=utf-8` },
    body: new TextEncoder().encode(text),
  }
}

function page({ title, text, retry }: NoticeText): string {
  const link = retry === undefined ? '' : `<p><a href="/">${escapeHtml(retry)}</a></p>`
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Skein</title><link rel="stylesheet" href="${STYLE_PATH}"></head>
<body><main role="alert"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${link}</main></body>
</html>
`
}

const style = `:root { color-scheme: light dark; }
body { margin: 0; display: grid; place-items: center; min-height: 100vh; font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 34rem; padding: 2rem; }
h1 { font-size: 1.25rem; font-weight: 600; }
p { overflow-wrap: anywhere; }
`

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

// The renderer's build as answers with the headers every page of ours carries, for the custom scheme and
// for HTTP alike. Serves files below one folder and nothing else.
import { readFile } from 'node:fs/promises'
import { extname, resolve, sep } from 'node:path'

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** On every answer of a host, whatever its body. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

export interface StaticAnswer {
  status: number
  headers: Record<string, string>
  body: Uint8Array
}

/** `pathname` is that of a URL, still percent-encoded; `/` is index.html. Never rejects. */
export type StaticFiles = (pathname: string) => Promise<StaticAnswer>

export function createStaticFiles(root: string): StaticFiles {
  const folder = resolve(root)
  return async (pathname) => {
    const path = filePath(folder, pathname)
    const contentType = path && contentTypes[extname(path)]
    if (!path || !contentType) return textAnswer(404, 'Not found')
    try {
      const body = await readFile(path)
      return { status: 200, headers: { ...pageHeaders, 'Content-Type': contentType }, body }
    } catch {
      return textAnswer(404, 'Not found')
    }
  }
}

export function textAnswer(status: number, text: string): StaticAnswer {
  return {
    status,
    headers: { ...pageHeaders, 'Content-Type': 'text/plain; charset=utf-8' },
    body: new TextEncoder().encode(`${text}\n`),
  }
}

function filePath(folder: string, pathname: string): string | undefined {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return undefined // a stray % in the address
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return undefined
  const path = resolve(folder, `.${decoded === '/' ? '/index.html' : decoded}`)
  return path.startsWith(folder + sep) ? path : undefined
}

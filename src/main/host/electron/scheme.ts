// The custom scheme: skein://app/ serves the window's files. Its other hosts are deep links and serve none.
import { protocol } from 'electron'
import { createStaticFiles, type StaticAnswer, textAnswer } from '../static-files.ts'
import type { Notice } from './notice.ts'
import { SCHEME } from './own-pages.ts'

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ])
}

/** Serves the files below `root` and the notice page. Must run when the app is ready. */
export function serveScheme(root: string, notice: Notice): void {
  const files = createStaticFiles(root)
  protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url)
    const answer = await answerTo(url, request.method)
    return new Response(new Uint8Array(answer.body), {
      status: answer.status,
      headers: answer.headers,
    })
  })

  async function answerTo(url: URL, method: string): Promise<StaticAnswer> {
    if (url.host !== 'app') return textAnswer(404, 'Not found')
    if (method !== 'GET') return textAnswer(405, 'Only GET')
    return notice.answer(url.pathname) ?? files(url.pathname)
  }
}

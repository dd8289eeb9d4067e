import { request } from 'node:http'
import { WebSocket } from 'ws'
import { electron, expect, test, web } from './fixtures/test.ts'

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

test('the page is served with the policy and without caching', async ({ ui }) => {
  const headers = await ui.page.evaluate(async () => {
    const answer = await fetch('/index.html')
    return ['content-security-policy', 'x-content-type-options', 'cache-control'].map((name) =>
      answer.headers.get(name),
    )
  })
  expect(headers).toEqual([policy, 'nosniff', 'no-store'])
})

test('inline script, eval, inline style and foreign sources are refused', async ({ ui }) => {
  const evaluated = await ui.page.evaluate(async () => {
    const breaches = new Set<string>()
    Object.assign(globalThis, { breaches })
    document.addEventListener('securitypolicyviolation', (event) =>
      breaches.add(event.effectiveDirective),
    )
    const script = document.createElement('script')
    script.textContent = 'document.title = "taken over"'
    document.head.append(script)
    const markup = document.createElement('div')
    markup.innerHTML =
      '<b style="color: red" onclick="document.title = 1">x</b><img src="https://example.invalid/x.png">' +
      '<iframe src="https://example.invalid/"></iframe>'
    document.body.append(markup)
    markup.querySelector('b')?.click()
    await fetch('https://example.invalid/').catch(() => undefined)
    return new Promise((resolve) => {
      setTimeout(() => {
        try {
          // biome-ignore lint/security/noGlobalEval: that it throws is what is tested
          resolve(globalThis.eval('"ran"'))
        } catch (error) {
          resolve((error as Error).name)
        }
      })
    })
  })
  expect(evaluated).toBe('EvalError')
  await expect
    .poll(() =>
      ui.page.evaluate(() =>
        [...(globalThis as unknown as { breaches: Set<string> }).breaches].sort(),
      ),
    )
    .toEqual([
      'connect-src',
      'frame-src',
      'img-src',
      'script-src',
      'script-src-attr',
      'script-src-elem',
      'style-src-attr',
    ])
  await expect(ui.page).toHaveTitle(/Skein/)
})

test('the window has nothing of Node and only the bridge of Electron', async ({ ui, host }) => {
  const found = await ui.page.evaluate(() => {
    const names = ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer']
    return {
      globals: names.filter((name) => name in globalThis),
      bridge: Object.keys((globalThis as { skein?: object }).skein ?? {}).sort(),
    }
  })
  expect(found).toEqual({
    globals: [],
    bridge:
      host === 'web'
        ? []
        : [
            'answer',
            'onLink',
            'onNotifications',
            'onServerRequest',
            'openExternal',
            'openWindow',
            'pickFolder',
            'readZoom',
            'request',
            'setZoom',
          ],
  })
})

test('the window cannot be led away, and opens none', electron, async ({ ui, electronApp }) => {
  const isOpened = await ui.page.evaluate(() => window.open('https://example.invalid/') !== null)
  expect(isOpened).toBe(false)
  // Each attempt is seen by main before the next one is made.
  const attempts = await electronApp.electron.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    const seen: { to: string; isPrevented: boolean }[] = []
    for (const url of ['https://example.invalid/', 'skein://thread/1', 'data:text/html,x']) {
      const attempted = new Promise<void>((resolve) => {
        contents?.once('will-navigate', (event) => {
          seen.push({ to: event.url, isPrevented: event.defaultPrevented })
          resolve()
        })
      })
      const go = `const a = document.createElement('a'); a.href = ${JSON.stringify(url)}; a.click()`
      await contents?.executeJavaScript(`{ ${go} }`)
      if (!url.startsWith('data:')) await attempted
    }
    return { seen, url: contents?.getURL(), windows: BrowserWindow.getAllWindows().length }
  })
  expect(attempts).toEqual({
    seen: [
      { to: 'https://example.invalid/', isPrevented: true },
      { to: 'skein://thread/1', isPrevented: true },
    ],
    url: 'skein://app/',
    windows: 1,
  })
})

test('powers of a browser are denied', electron, async ({ ui }) => {
  const answers = await ui.page.evaluate(async () => [
    await Notification.requestPermission(),
    await new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        () => resolve('denied'),
      ),
    ),
    await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'granted',
      () => 'denied',
    ),
  ])
  expect(answers).toEqual(['denied', 'denied', 'denied'])
})

test(
  'the bridge refuses what is no method, and addresses that are none for a browser',
  electron,
  async ({ ui }) => {
    const answers = await ui.page.evaluate(async () => {
      const { skein } = globalThis as unknown as {
        skein: {
          request(method: string, params: unknown): Promise<{ error?: { code: number } }>
          openExternal(url: string): Promise<void>
        }
      }
      const opening = skein.openExternal('file:///etc/passwd')
      return [
        (await skein.request('toString', {})).error?.code,
        (await skein.request('thread/read', { threadId: 7 })).error?.code,
        await opening.catch((error: Error) => error.message),
      ]
    })
    expect(answers).toEqual([
      -32600,
      -32600,
      expect.stringContaining('Only http and https addresses can be opened.'),
    ])
  },
)

test('the custom scheme serves the window and nothing else', electron, async ({ electronApp }) => {
  const answers = await electronApp.electron.evaluate(async ({ net }) => {
    const statusOf = async (url: string) => (await net.fetch(url)).status
    return {
      page: await statusOf('skein://app/'),
      parent: await statusOf('skein://app/%2e%2e/main/index.js'),
      packageJson: await statusOf('skein://app/..%2f..%2fpackage.json'),
      deepLink: await statusOf('skein://thread/1'),
    }
  })
  expect(answers).toEqual({ page: 200, parent: 404, packageJson: 404, deepLink: 404 })
})

test(
  'the web host refuses whoever has no token, no cookie or another name for it',
  web,
  async ({ webApp }) => {
    const { origin, host, hostname, port } = new URL(webApp.page.url())
    const [cookie] = await webApp.page.context().cookies()
    const session = `${cookie?.name}=${cookie?.value}`
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' })

    const statusOf = (path: string, headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ hostname, port, path, headers }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        })
          .on('error', reject)
          .end()
      })
    expect(await statusOf('/', {})).toBe(401)
    expect(await statusOf('/?token=guess', {})).toBe(401)
    expect(await statusOf('/', { cookie: session })).toBe(200)
    expect(await statusOf('/', { cookie: session, host: `localhost:${port}` })).toBe(421)
    expect(await statusOf('/', { cookie: session, host: `rebound.test:${port}` })).toBe(421)

    const upgrade = (headers: Record<string, string>) =>
      new Promise<number | string | undefined>((resolve) => {
        const socket = new WebSocket(`ws://${host}/ws`, { headers })
        socket.on('unexpected-response', (_request, answer) => resolve(answer.statusCode))
        socket.on('open', () => {
          resolve('open')
          socket.close()
        })
      })
    expect(await upgrade({ cookie: session, origin })).toBe('open')
    expect(await upgrade({ origin })).toBe(403)
    expect(await upgrade({ cookie: session })).toBe(403)
    expect(await upgrade({ cookie: session, origin: 'http://evil.test' })).toBe(403)
    expect(await upgrade({ cookie: session, origin, host: `localhost:${port}` })).toBe(421)
  },
)

test('an address of the web host works once', web, async ({ webApp }) => {
  const address = await webApp.address()
  const context = await webApp.page.context().browser()?.newContext()
  const page = await context?.newPage()
  expect((await page?.goto(address))?.status()).toBe(200)
  expect(page?.url()).not.toContain('token')
  await context?.clearCookies()
  expect((await page?.goto(address))?.status()).toBe(401)
})

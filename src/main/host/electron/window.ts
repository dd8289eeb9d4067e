// The desktop windows: how each is made and shown, where it was, and how it comes back after a crash of its page.
import { BrowserWindow, nativeTheme, screen } from 'electron'
import type { Logger } from '../../lib/logger.ts'
import type { Notice } from './notice.ts'
import type { OwnPages } from './own-pages.ts'
import { createReloadBudget, RELOAD_DELAY_MS } from './reloads.ts'
import {
  fittingBounds,
  readWindowState,
  WINDOW_HEIGHT_MIN,
  WINDOW_WIDTH_MIN,
  writeWindowState,
} from './window-state.ts'

/** A further window does not hide the one before it. */
const CASCADE_PX = 24
/** What the page paints first, so that nothing flashes. */
const BACKGROUND = { light: '#ffffff', dark: '#1b1d22' }

export interface WindowsOptions {
  readonly pages: OwnPages
  readonly notice: Notice
  readonly logger: Logger
  /** The file that keeps where the window was. */
  readonly stateFile: string
  /** The compiled preload script, absolute. */
  readonly preload: string
  onFirstShown(): void
  /** Called with each window that was made. */
  onOpened(window: BrowserWindow): void
}

export interface Windows {
  open(): void
  /** A further window that shows what this address of the app leads to. */
  openFor(address: string): void
  /** Shows this page of ours from now on, in the windows there are and in later ones. */
  showInstead(url: string): void
  /** Brings the first window to the front, or opens one. */
  focusFirst(): void
  /** Brings the first window to the front and shows there what this address of the app leads to. */
  follow(address: string): void
}

export function createWindows(options: WindowsOptions): Windows {
  const { logger, notice, stateFile } = options
  let startUrl = options.pages.start
  let hasShown = false

  function open(): BrowserWindow {
    const saved = readWindowState(stateFile)
    const areas = screen.getAllDisplays().map((display) => display.workArea)
    const window = new BrowserWindow({
      ...cascaded(fittingBounds(saved?.bounds, areas)),
      minWidth: WINDOW_WIDTH_MIN,
      minHeight: WINDOW_HEIGHT_MIN,
      show: false,
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: {
        preload: options.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        // Would fetch dictionaries from the network.
        spellcheck: false,
      },
    })
    if (saved?.isMaximized) window.maximize()
    window.once('ready-to-show', () => {
      window.show()
      if (!hasShown) options.onFirstShown()
      hasShown = true
    })
    // Chromium keeps one zoom for all windows; the first one sets what was saved.
    if (BrowserWindow.getAllWindows().length === 1 && saved) {
      window.webContents.once('did-finish-load', () => {
        window.webContents.setZoomFactor(saved.zoom)
      })
    }
    window.on('close', () => save(window))
    comeBackAfterCrash(window)
    options.onOpened(window)
    load(window, startUrl)
    return window
  }

  function save(window: BrowserWindow): void {
    const state = {
      bounds: window.getNormalBounds(),
      isMaximized: window.isMaximized(),
      zoom: window.webContents.getZoomFactor(),
    }
    if (!writeWindowState(stateFile, state)) {
      logger.log('warn', 'could not keep the place of the window', { stateFile })
    }
  }

  function comeBackAfterCrash(window: BrowserWindow): void {
    const mayReload = createReloadBudget(Date.now)
    window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      if (reason === 'clean-exit') return
      logger.log('error', 'a window crashed', { reason, exitCode })
      const isWorthIt = mayReload()
      if (!isWorthIt) {
        notice.show({
          title: 'This window keeps crashing',
          text: 'Your threads are safe: they run and are kept outside of it.',
          retry: 'Open it again',
        })
      }
      setTimeout(() => {
        if (!window.isDestroyed()) load(window, isWorthIt ? startUrl : notice.url)
      }, RELOAD_DELAY_MS)
    })
  }

  function load(window: BrowserWindow, url: string): void {
    window.loadURL(url).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_ABORTED') return // another page was loaded in its place
      logger.log('error', 'a page could not be loaded', { url, error: error.message })
    })
  }

  function focusFirst(): BrowserWindow {
    const [first] = BrowserWindow.getAllWindows().sort((a, b) => a.id - b.id)
    if (!first) return open()
    if (first.isMinimized()) first.restore()
    first.show()
    first.focus()
    return first
  }

  function send({ webContents }: BrowserWindow, address: string): void {
    const tell = () => webContents.send('skein/link', address)
    if (webContents.isLoading()) webContents.once('did-finish-load', tell)
    else tell()
  }

  return {
    open: () => void open(),
    openFor: (address) => send(open(), address),
    showInstead(url) {
      startUrl = url
      for (const window of BrowserWindow.getAllWindows()) load(window, url)
    },
    focusFirst: () => void focusFirst(),
    follow: (address) => send(focusFirst(), address),
  }
}

function cascaded<B extends { width: number; height: number; x?: number; y?: number }>(
  bounds: B,
): B {
  const steps = BrowserWindow.getAllWindows().length
  if (bounds.x === undefined || bounds.y === undefined) return bounds
  return { ...bounds, x: bounds.x + steps * CASCADE_PX, y: bounds.y + steps * CASCADE_PX }
}

// What this window shows and how: theme, panels, what is open. Nothing here is known to the app.
import { createStore } from 'zustand/vanilla'
import { parseLink } from '../../protocol/index.ts'
import { type LocalMemory, recall, remember } from './local-memory.ts'
import type { ReadonlyStore } from './thread-store.ts'

export type Theme = 'system' | 'light' | 'dark'
export type Contrast = 'system' | 'more'
export type Density = 'comfortable' | 'compact'
export type InspectorTab = 'changes' | 'config' | 'goal' | 'plan' | 'mcp' | 'usage' | 'terminal'
/** One dialog at a time. */
export type OpenDialog =
  | { readonly kind: 'palette'; readonly prefix: string }
  | { readonly kind: 'search' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'approvals' }
  | { readonly kind: 'preview' }
  | { readonly kind: 'turnFolder' }
  | { readonly kind: 'outputSchema' }
  | { readonly kind: 'goal'; readonly threadId: string }
  | { readonly kind: 'goals' }
  | { readonly kind: 'deleteThread'; readonly threadId: string }
  | { readonly kind: 'deleteThreads'; readonly threadIds: readonly string[] }
  /** `words`: the person's own of that turn, to be changed and sent again. */
  | {
      readonly kind: 'revert'
      readonly threadId: string
      readonly turnId: string
      readonly words: string | null
    }
  | { readonly kind: 'review'; readonly threadId: string }
  | { readonly kind: 'importThreads' }
  | { readonly kind: 'exportThread'; readonly threadId: string }
  | { readonly kind: 'exportThreads'; readonly threadIds: readonly string[] }
  | {
      readonly kind: 'moveThreads'
      readonly threadIds: readonly string[]
      readonly to: 'section' | 'project'
    }
  | { readonly kind: 'snoozeThreads'; readonly threadIds: readonly string[] }
  | { readonly kind: 'sections' }
  | { readonly kind: 'openLink'; readonly url: string }

/** A place in a thread to go to; a new number each time. */
export interface Jump {
  readonly id: number
  readonly threadId: string
  readonly turnId: string
  /** Null: the turn as a whole. */
  readonly itemId: string | null
}

export interface Toast {
  readonly id: number
  readonly text: string
  readonly tone: 'neutral' | 'danger'
  readonly action: { readonly label: string; readonly run: () => void } | null
}

export const panelLimits = {
  sidebarWidth: { min: 200, max: 480 },
  inspectorWidth: { min: 280, max: 640 },
} as const

/** Percent of the size that the parts were drawn for. */
export const textSizeLimits = { min: 80, max: 200, step: 10 } as const

interface KeptState {
  readonly theme: Theme
  readonly contrast: Contrast
  readonly density: Density
  /** Percent, within `textSizeLimits`. */
  readonly textSize: number
  /** CSS pixels, like the next one. */
  readonly sidebarWidth: number
  readonly inspectorWidth: number
  readonly isSidebarOpen: boolean
  readonly isInspectorOpen: boolean
  readonly inspectorTab: InspectorTab
  readonly openThreadId: string | null
}

export type Panel = 'sidebar' | 'inspector'

export interface UiState extends KeptState {
  /** The page for a new thread is shown in place of a thread. */
  readonly isStartingThread: boolean
  /** The turn that the inspector's Changes and Config tabs are about; null for the thread as it is now. */
  readonly inspectedTurnId: string | null
  /** The title of the open thread is being edited. */
  readonly isRenaming: boolean
  /** The section of Settings that is shown in place of everything else; null when Settings are closed. */
  readonly settingsSection: string | null
  readonly dialog: OpenDialog | null
  /** Where the transcript shall go; null once it is there. */
  readonly jump: Jump | null
  /** The bar that finds words in the open thread is shown. */
  readonly isFinding: boolean
  /** Panels that lie over the thread because the window is narrow; they start closed and are not kept. */
  readonly overlays: Readonly<Record<Panel, boolean>>
  readonly openOverlay: Panel | null
  /** Threads in the order they were shown, and which of them is shown now. */
  readonly visited: readonly string[]
  readonly visitedIndex: number
  readonly toasts: readonly Toast[]
  /** Latest text for the polite live region; the number makes equal texts different announcements. */
  readonly announcement: { readonly id: number; readonly text: string }
}

export interface UiActions {
  setTheme(theme: Theme): void
  setContrast(contrast: Contrast): void
  setDensity(density: Density): void
  setTextSize(percent: number): void
  /** Without a section: the one shown last, or the first. */
  openSettings(section?: string): void
  closeSettings(): void
  /** Goes where a `skein://settings/<section>` or `skein://thread/<id>` leads; false when it is no such address. */
  followLink(url: string): boolean
  resizePanel(panel: keyof typeof panelLimits, width: number): void
  togglePanel(panel: Panel): void
  /** Tells which panels have no room beside the thread. */
  setOverlays(overlays: Readonly<Record<Panel, boolean>>): void
  closeOverlay(): void
  /** Opens the inspector at that tab, about that turn or about the thread as it is now. */
  inspect(tab: InspectorTab, turnId?: string): void
  /** Null: the page for a new thread. */
  showThread(threadId: string | null): void
  /** Shows the thread at that item. */
  showItem(threadId: string, turnId: string, itemId: string | null): void
  /** The transcript is there, or cannot get there. */
  endJump(id: number): void
  setFinding(isFinding: boolean): void
  /** Steps through the threads shown before: -1 back, 1 forward. Does nothing at either end. */
  revisit(step: -1 | 1): void
  setRenaming(isRenaming: boolean): void
  openDialog(dialog: OpenDialog): void
  closeDialog(): void
  /** Stays until dismissed or for its time; the person can act on it meanwhile. */
  toast(toast: { text: string; tone?: Toast['tone']; action?: Toast['action'] }): void
  dismissToast(id: number): void
  /** Says it to screen readers, politely. */
  announce(text: string): void
}

export interface UiStore extends ReadonlyStore<UiState> {
  readonly actions: UiActions
}

const KEPT_NAME = 'window'
const TOASTS_MAX = 3
const FIRST_SECTION = 'config'
const VISITED_MAX = 50

const defaults: KeptState = {
  theme: 'system',
  contrast: 'system',
  density: 'comfortable',
  textSize: 100,
  sidebarWidth: 280,
  inspectorWidth: 384,
  isSidebarOpen: true,
  isInspectorOpen: false,
  inspectorTab: 'changes',
  openThreadId: null,
}

export function createUiStore(memory: LocalMemory): UiStore {
  const kept = recall<Partial<KeptState>>(memory, KEPT_NAME, {})
  const store = createStore<UiState>(() => ({
    ...defaults,
    ...kept,
    isStartingThread: false,
    inspectedTurnId: null,
    isRenaming: false,
    settingsSection: null,
    dialog: null,
    jump: null,
    isFinding: false,
    overlays: { sidebar: false, inspector: false },
    openOverlay: null,
    visited: kept.openThreadId ? [kept.openThreadId] : [],
    visitedIndex: 0,
    toasts: [],
    announcement: { id: 0, text: '' },
  }))
  let nextToast = 1
  let nextJump = 1
  let lastSection = FIRST_SECTION

  /** Changes something that is kept over a restart. */
  function keep(change: Partial<UiState>): void {
    store.setState(change)
    const state = store.getState()
    const names = Object.keys(defaults) as (keyof KeptState)[]
    remember(memory, KEPT_NAME, Object.fromEntries(names.map((name) => [name, state[name]])))
  }

  function show(openThreadId: string | null): void {
    keep({
      openThreadId,
      isStartingThread: openThreadId === null,
      inspectedTurnId: null,
      isRenaming: false,
      isFinding: openThreadId === store.getState().openThreadId && store.getState().isFinding,
      settingsSection: null,
      openOverlay: null,
    })
  }

  const actions: UiActions = {
    setTheme: (theme) => keep({ theme }),
    setContrast: (contrast) => keep({ contrast }),
    setDensity: (density) => keep({ density }),
    setTextSize(percent) {
      const { min, max } = textSizeLimits
      keep({ textSize: Math.round(Math.min(max, Math.max(min, percent))) })
    },
    openSettings(section = lastSection) {
      lastSection = section
      store.setState({ settingsSection: section, openOverlay: null })
    },
    closeSettings: () => store.setState({ settingsSection: null }),
    followLink(url) {
      const link = parseLink(url)
      if (link?.type === 'settings') actions.openSettings(link.section ?? undefined)
      else if (link) actions.showThread(link.threadId)
      return link !== null
    },
    resizePanel(panel, width) {
      const { min, max } = panelLimits[panel]
      keep({ [panel]: Math.round(Math.min(max, Math.max(min, width))) })
    },
    togglePanel(panel) {
      const state = store.getState()
      const isOpen = panel === 'sidebar' ? state.isSidebarOpen : state.isInspectorOpen
      if (state.overlays[panel]) {
        store.setState({ openOverlay: state.openOverlay === panel ? null : panel })
      } else keep(panel === 'sidebar' ? { isSidebarOpen: !isOpen } : { isInspectorOpen: !isOpen })
    },
    setOverlays: (overlays) => store.setState({ overlays, openOverlay: null }),
    closeOverlay: () => store.setState({ openOverlay: null }),
    inspect(inspectorTab, turnId) {
      const inspectedTurnId = turnId ?? null
      if (store.getState().overlays.inspector) {
        keep({ inspectorTab, inspectedTurnId, openOverlay: 'inspector' })
      } else keep({ inspectorTab, inspectedTurnId, isInspectorOpen: true })
    },
    showThread(threadId) {
      const { visited, visitedIndex, openThreadId } = store.getState()
      show(threadId)
      if (threadId === null || threadId === openThreadId) return
      const past = [...visited.slice(0, visitedIndex + 1), threadId].slice(-VISITED_MAX)
      store.setState({ visited: past, visitedIndex: past.length - 1 })
    },
    showItem(threadId, turnId, itemId) {
      actions.showThread(threadId)
      store.setState({ jump: { id: nextJump++, threadId, turnId, itemId } })
    },
    endJump(id) {
      if (store.getState().jump?.id === id) store.setState({ jump: null })
    },
    setFinding: (isFinding) => store.setState({ isFinding }),
    revisit(step) {
      const { visited, visitedIndex } = store.getState()
      const threadId = visited[visitedIndex + step]
      if (threadId === undefined) return
      show(threadId)
      store.setState({ visitedIndex: visitedIndex + step })
    },
    setRenaming: (isRenaming) => store.setState({ isRenaming }),
    openDialog: (dialog) => store.setState({ dialog }),
    closeDialog: () => store.setState({ dialog: null }),
    toast({ text, tone = 'neutral', action = null }) {
      const toast = { id: nextToast++, text, tone, action }
      store.setState({ toasts: [...store.getState().toasts, toast].slice(-TOASTS_MAX) })
    },
    dismissToast(id) {
      store.setState({ toasts: store.getState().toasts.filter((toast) => toast.id !== id) })
    },
    announce(text) {
      store.setState({ announcement: { id: store.getState().announcement.id + 1, text } })
    },
  }

  return {
    actions,
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
  }
}

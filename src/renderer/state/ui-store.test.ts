import { describe, expect, it } from 'vitest'
import { aMemory } from '../test-support/a-memory.ts'
import { createUiStore } from './ui-store.ts'

describe('panels', () => {
  it('keep their widths within limits, and over a restart', () => {
    const memory = aMemory()
    const { actions } = createUiStore(memory)
    actions.resizePanel('sidebarWidth', 100)
    actions.resizePanel('inspectorWidth', 400.4)
    const { sidebarWidth, inspectorWidth } = createUiStore(memory).getState()
    expect([sidebarWidth, inspectorWidth]).toEqual([200, 400])
  })

  it('that lie over the thread open one at a time, and not for good', () => {
    const memory = aMemory()
    const ui = createUiStore(memory)
    ui.actions.setOverlays({ sidebar: true, inspector: true })
    ui.actions.togglePanel('sidebar')
    expect(ui.getState().openOverlay).toBe('sidebar')
    ui.actions.inspect('plan')
    expect(ui.getState().openOverlay).toBe('inspector')
    ui.actions.togglePanel('inspector')
    expect(ui.getState().openOverlay).toBeNull()
    const { isSidebarOpen, isInspectorOpen, inspectorTab } = createUiStore(memory).getState()
    expect([isSidebarOpen, isInspectorOpen, inspectorTab]).toEqual([true, false, 'plan'])
  })

  it('make way for the thread that was chosen in them', () => {
    const ui = createUiStore(aMemory())
    ui.actions.setOverlays({ sidebar: true, inspector: true })
    ui.actions.togglePanel('sidebar')
    ui.actions.showThread('a')
    expect(ui.getState().openOverlay).toBeNull()
  })
})

describe('threads shown before', () => {
  function aHistory() {
    const ui = createUiStore(aMemory())
    for (const threadId of ['a', 'b', 'c']) ui.actions.showThread(threadId)
    return ui
  }

  it('are stepped through, to either end', () => {
    const ui = aHistory()
    const shown = ([-1, -1, -1, 1, 1, 1] as const).map((step) => {
      ui.actions.revisit(step)
      return ui.getState().openThreadId
    })
    expect(shown).toEqual(['b', 'a', 'a', 'b', 'c', 'c'])
  })

  it('are left behind by a new way', () => {
    const ui = aHistory()
    ui.actions.revisit(-1)
    ui.actions.showThread('d')
    expect(ui.getState().visited).toEqual(['a', 'b', 'd'])
  })

  it('count once when they are shown again at once', () => {
    const ui = aHistory()
    ui.actions.showThread('c')
    expect(ui.getState().visited).toEqual(['a', 'b', 'c'])
  })
})

it('opens with the thread that was open last', () => {
  const memory = aMemory()
  createUiStore(memory).actions.showThread('a')
  expect(createUiStore(memory).getState().openThreadId).toBe('a')
})

it('begins anew when what it kept cannot be read', () => {
  const memory = aMemory()
  memory.setItem('skein.window', '{ broken')
  expect(createUiStore(memory).getState().theme).toBe('system')
})

it('shows three messages at most, the latest', () => {
  const ui = createUiStore(aMemory())
  for (const text of ['one', 'two', 'three', 'four']) ui.actions.toast({ text })
  expect(ui.getState().toasts.map((toast) => toast.text)).toEqual(['two', 'three', 'four'])
  ui.actions.dismissToast(ui.getState().toasts[0]?.id ?? 0)
  expect(ui.getState().toasts.map((toast) => toast.text)).toEqual(['three', 'four'])
})

it('announces the same words twice', () => {
  const ui = createUiStore(aMemory())
  ui.actions.announce('turn finished')
  const first = ui.getState().announcement
  ui.actions.announce('turn finished')
  expect(ui.getState().announcement).toEqual({ id: first.id + 1, text: 'turn finished' })
})

describe('Settings', () => {
  it('open at a section, remember it, and make way for a thread', () => {
    const { actions, getState } = createUiStore(aMemory())
    actions.openSettings()
    expect(getState().settingsSection).toBe('config')
    actions.openSettings('appearance')
    actions.closeSettings()
    actions.openSettings()
    expect(getState().settingsSection).toBe('appearance')
    actions.showThread('a')
    expect(getState().settingsSection).toBeNull()
  })

  it('are found by address, as threads are, and nothing else is', () => {
    const { actions, getState } = createUiStore(aMemory())
    expect(actions.followLink('skein://settings/shortcuts')).toBe(true)
    expect(getState().settingsSection).toBe('shortcuts')
    expect(actions.followLink('skein://thread/t-1')).toBe(true)
    expect(getState()).toMatchObject({ settingsSection: null, openThreadId: 't-1' })
    for (const url of ['skein://settings/a/b', 'https://settings/x', 'skein://thread/', 'x'])
      expect(actions.followLink(url)).toBe(false)
  })

  it('keep the size of the text within limits', () => {
    const { actions, getState } = createUiStore(aMemory())
    actions.setTextSize(500)
    expect(getState().textSize).toBe(200)
  })
})

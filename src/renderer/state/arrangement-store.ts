// The sections and projects of a person, as every window hears of them.
import { createStore } from 'zustand/vanilla'
import type { Bridge, Notification, Project, ThreadSection } from '../../protocol/index.ts'
import type { NotificationPump } from './notification-pump.ts'
import type { ReadonlyStore } from './thread-store.ts'

const PAGE = 100

export interface ArrangementState {
  /** In the order of the person. */
  readonly sections: readonly ThreadSection[]
  readonly projects: readonly Project[]
}

/** Each change rejects with a BridgeFailure; nothing is changed then. */
export interface ArrangementStore extends ReadonlyStore<ArrangementState> {
  /** Never rejects: what cannot be read stays as it was. */
  load(): Promise<void>
  createSection(name: string): Promise<ThreadSection>
  renameSection(sectionId: string, name: string): Promise<void>
  removeSection(sectionId: string): Promise<void>
  /** Without `beforeSectionId`: to the end. */
  moveSection(sectionId: string, beforeSectionId?: string): Promise<void>
  createProject(name: string, folder: string): Promise<Project>
  renameProject(projectId: string, name: string): Promise<void>
  removeProject(projectId: string): Promise<void>
}

export function createArrangementStore(bridge: Bridge, pump: NotificationPump): ArrangementStore {
  const store = createStore<ArrangementState>(() => ({ sections: [], projects: [] }))

  async function all<T>(
    read: (cursor: string | undefined) => Promise<{ data: T[]; nextCursor: string | null }>,
  ): Promise<T[]> {
    const found: T[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await read(cursor)
      found.push(...page.data)
      if (page.nextCursor === null) return found
      cursor = page.nextCursor
    }
  }

  async function load(): Promise<void> {
    try {
      const sections = await all((cursor) =>
        bridge.request('threadSection/list', { limit: PAGE, ...(cursor && { cursor }) }),
      )
      const projects = await all((cursor) =>
        bridge.request('project/list', { limit: PAGE, ...(cursor && { cursor }) }),
      )
      store.setState({ sections, projects })
    } catch {
      // The next notification or connection reads again.
    }
  }

  function hear({ method }: Notification): void {
    if (method === 'skein/section/changed' || method === 'project/changed') void load()
  }

  pump.subscribe((batch) => {
    for (const notification of batch) hear(notification)
  })

  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe: store.subscribe,
    load,
    async createSection(name) {
      const { section } = await bridge.request('threadSection/create', { name })
      // Known at once, whenever the list of them is read again.
      const { sections } = store.getState()
      if (!sections.some(({ id }) => id === section.id))
        store.setState({ sections: [...sections, section] })
      return section
    },
    async renameSection(sectionId, name) {
      await bridge.request('threadSection/update', { sectionId, name })
    },
    async removeSection(sectionId) {
      await bridge.request('threadSection/delete', { sectionId })
    },
    async moveSection(sectionId, beforeSectionId) {
      await bridge.request('skein/section/move', {
        sectionId,
        ...(beforeSectionId !== undefined && { beforeSectionId }),
      })
    },
    async createProject(name, folder) {
      const roots = folder === '' ? [] : [{ path: folder }]
      const idempotencyKey = crypto.randomUUID()
      return (await bridge.request('project/create', { name, roots, idempotencyKey })).project
    },
    async renameProject(projectId, name) {
      await bridge.request('project/update', { projectId, name })
    },
    async removeProject(projectId) {
      await bridge.request('project/delete', { projectId })
    },
  }
}

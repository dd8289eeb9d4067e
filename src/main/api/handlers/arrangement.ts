// How a person puts threads in order: sections, projects, marks and read states; every window hears of each change.
import { isAbsolute } from 'node:path'
import type { Notification, Params } from '../../../protocol/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { SkeinError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { Store } from '../../storage/store.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import type { Handlers } from '../router.ts'
import { limitOf } from './paging.ts'
import { refuseEphemeral } from './refuse-ephemeral.ts'

export interface ArrangementPorts {
  readonly manager: ThreadManager
  readonly store: Store
  readonly clock: Clock
  broadcast(notification: Notification): void
}

type SectionMethods =
  | `threadSection/${'list' | 'create' | 'update' | 'delete'}`
  | 'skein/section/move'
  | 'thread/section/move'
type ProjectMethods = `project/${'list' | 'read' | 'create' | 'update' | 'move' | 'delete'}`
type MarkMethods = 'thread/readState/update' | 'skein/thread/mark'

const NAME_CHARS_MAX = 200

export function arrangementHandlers(
  ports: ArrangementPorts,
): Pick<Handlers, SectionMethods | ProjectMethods | MarkMethods> {
  return { ...sectionHandlers(ports), ...projectHandlers(ports), ...markHandlers(ports) }
}

function sectionHandlers(ports: ArrangementPorts): Pick<Handlers, SectionMethods> {
  const { manager, store, clock, broadcast } = ports
  const tell = (sectionId: string, changeType: 'created' | 'updated' | 'deleted') =>
    broadcast({ method: 'skein/section/changed', params: { sectionId, changeType } })
  return {
    async 'threadSection/list'({ cursor, limit }) {
      const { data, nextCursor } = await store.sectionsPage({ cursor, limit: limitOf(limit) })
      return { data: [...data], nextCursor }
    },
    async 'threadSection/create'({ name, appearance = null }) {
      const section = { id: newId(), name: nameOf(name, 'section name'), appearance }
      await store.createSection(section)
      tell(section.id, 'created')
      return { section }
    },
    async 'threadSection/update'({ sectionId, name, appearance }) {
      const change = { id: sectionId, name: nameOf(name, 'section name'), appearance }
      const section = await store.updateSection(change)
      tell(sectionId, 'updated')
      return { section }
    },
    async 'threadSection/delete'({ sectionId }) {
      await store.deleteSection(sectionId)
      tell(sectionId, 'deleted')
      return {}
    },
    async 'skein/section/move'({ sectionId, beforeSectionId }) {
      await store.moveSection({ id: sectionId, beforeId: beforeSectionId })
      tell(sectionId, 'updated')
      return {}
    },
    async 'thread/section/move'({ threadId, sectionId, beforeThreadId }) {
      refuseEphemeral(manager, threadId, 'section moves')
      await manager.makeStored(threadId)
      await store.moveThread({ threadId, sectionId, beforeThreadId, atMs: clock.now() })
      broadcast({ method: 'thread/section/changed', params: { threadId, sectionId } })
      return {}
    },
  }
}

function projectHandlers(ports: ArrangementPorts): Pick<Handlers, ProjectMethods> {
  const { store, clock, broadcast } = ports
  const tell = (projectId: string, changeType: 'created' | 'updated' | 'deleted') =>
    broadcast({ method: 'project/changed', params: { projectId, changeType } })
  return {
    async 'project/list'({ cursor, limit, sortKey, sortDirection }) {
      if (sortDirection !== undefined && sortKey === undefined)
        throw new SkeinError('invalidParams', 'sortDirection requires sortKey')
      const { data, nextCursor } = await store.projectsPage({
        cursor,
        limit: limitOf(limit),
        sortKey: sortKey ?? 'position',
        sortDirection: sortDirection ?? (sortKey === 'recencyAt' ? 'desc' : 'asc'),
      })
      return { data: [...data], nextCursor }
    },
    async 'project/read'({ projectId }) {
      const project = await store.findProject(projectId)
      if (!project) throw new SkeinError('notFound', `project not found: ${projectId}`)
      return { project }
    },
    async 'project/create'({ name, roots, metadata = {}, idempotencyKey }) {
      if (idempotencyKey === '')
        throw new SkeinError('invalidParams', 'idempotencyKey must not be empty')
      checkRoots(roots)
      const { project, isNew } = await store.createProject({
        id: newId(),
        name: nameOf(name, 'project name'),
        roots,
        metadata,
        idempotencyKey,
        atMs: clock.now(),
      })
      if (isNew) tell(project.id, 'created')
      return { project }
    },
    async 'project/update'({ projectId, name, roots, metadata }) {
      checkRoots(roots ?? [])
      const project = await store.updateProject({
        id: projectId,
        name: name === undefined ? undefined : nameOf(name, 'project name'),
        roots,
        metadata,
        atMs: clock.now(),
      })
      tell(projectId, 'updated')
      return { project }
    },
    async 'project/move'({ projectId, beforeProjectId }) {
      await store.moveProject({ id: projectId, beforeId: beforeProjectId })
      tell(projectId, 'updated')
      return {}
    },
    async 'project/delete'({ projectId }) {
      await store.deleteProject(projectId)
      tell(projectId, 'deleted')
      return {}
    },
  }
}

function markHandlers(ports: ArrangementPorts): Pick<Handlers, MarkMethods> {
  const { manager, store, broadcast } = ports
  return {
    async 'thread/readState/update'({ threadId, operation, expectedRevision, skein }) {
      const readState = await store.changeReadState({
        threadId,
        operation: operation.type,
        fromTurnId: skein?.fromTurnId,
        expectedRevision,
      })
      broadcast({ method: 'thread/readState/changed', params: { threadId, readState } })
      return { readState }
    },
    async 'skein/thread/mark'({ threadIds, pinned, snoozedUntilMs }) {
      if (pinned === undefined && snoozedUntilMs === undefined)
        throw new SkeinError('invalidParams', 'one of pinned and snoozedUntilMs must be given')
      for (const threadId of threadIds) {
        refuseEphemeral(manager, threadId, 'marks')
        await manager.makeStored(threadId)
      }
      const marks = await store.markThreads({ threadIds, pinned, snoozedUntilMs })
      for (const mark of marks) broadcast({ method: 'skein/thread/marked', params: mark })
      return {}
    },
  }
}

/** Trimmed; throws SkeinError `invalidParams` for one that is blank or too long. */
function nameOf(given: string, what: string): string {
  const name = given.trim()
  if (name === '') throw new SkeinError('invalidParams', `${what} must not be empty`)
  if (name.length > NAME_CHARS_MAX)
    throw new SkeinError('invalidParams', `${what} must have at most ${NAME_CHARS_MAX} characters`)
  return name
}

function checkRoots(roots: Params<'project/create'>['roots']): void {
  const odd = roots.find(({ path }) => !isAbsolute(path))
  if (odd) throw new SkeinError('invalidParams', `\`roots\`: not an absolute path: ${odd.path}`)
}

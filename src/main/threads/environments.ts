// Where a thread's tools work: on this machine in the thread's folders, or nowhere. Pure.
import path from 'node:path'
import type { EnvironmentSelection } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'

const LOCAL = 'local'

interface Places {
  readonly cwd: string
  readonly workspaceRoots: readonly string[]
  readonly environments: readonly string[]
}

interface PlaceOverrides {
  readonly cwd?: string | undefined
  readonly runtimeWorkspaceRoots?: string[] | undefined
  readonly environments?: readonly EnvironmentSelection[] | undefined
}

/** As clients see them. */
export function environmentsOf({ cwd, workspaceRoots, environments }: Places) {
  return environments.map((environmentId) => ({
    environmentId,
    cwd,
    runtimeWorkspaceRoots: [...workspaceRoots],
  }))
}

/** The same overrides with the folders of the first environment, where one is named. */
export function inPrimaryEnvironment<O extends PlaceOverrides>(overrides: O): O {
  const primary = overrides.environments?.[0]
  if (!primary) return overrides
  const { cwd, runtimeWorkspaceRoots } = primary
  return { ...overrides, cwd, ...(runtimeWorkspaceRoots && { runtimeWorkspaceRoots }) }
}

/** A named list holds as it is; another folder without one means this machine again. */
export function environmentChanges(
  current: Places,
  { cwd, environments }: PlaceOverrides,
): { environments?: (typeof LOCAL)[] } {
  if (environments !== undefined) return { environments: environments.map(known) }
  if (cwd === undefined || path.resolve(cwd) === current.cwd) return {}
  return { environments: [LOCAL] }
}

function known(
  { environmentId, cwd }: EnvironmentSelection,
  position: number,
  all: readonly EnvironmentSelection[],
): typeof LOCAL {
  const refuse = (message: string, field: string, value: string): SkeinError =>
    new SkeinError('invalidParams', message, { field, value })
  if (environmentId !== LOCAL)
    throw refuse(`unknown turn environment id \`${environmentId}\``, 'environments', environmentId)
  if (all.findIndex((other) => other.environmentId === environmentId) !== position)
    throw refuse(
      `duplicate turn environment id \`${environmentId}\``,
      'environments',
      environmentId,
    )
  if (!path.isAbsolute(cwd))
    throw refuse(`environments: \`${cwd}\` is not an absolute path`, 'environments', cwd)
  return LOCAL
}

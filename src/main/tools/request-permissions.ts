// The tool `request_permissions`: asks the person to widen what the sandbox allows, for this turn or the session.
import path from 'node:path'
import { z } from 'zod'
import type { PermissionsApprovalAnswer, RequestedPermissions } from '../../protocol/index.ts'
import { isWithin } from '../sandbox/permission-profile.ts'
import type { Tool, ToolContext, ToolOutcome } from './tool.ts'

const Paths = z.array(z.string().min(1)).max(50).nullish()
const Input = z.object({
  reason: z.string().nullish(),
  permissions: z.object({
    file_system: z.object({ read: Paths, write: Paths }).nullish(),
    network: z.object({ enabled: z.boolean().nullish() }).nullish(),
  }),
})
type Input = z.output<typeof Input>

/** Offered with the feature `request_permissions_tool` alone. */
export const REQUEST_PERMISSIONS = 'request_permissions'

type Granted = NonNullable<ToolOutcome['granted']>['permissions']

export function createRequestPermissions(): Tool<Input> {
  return {
    name: REQUEST_PERMISSIONS,
    parallel: true,
    input: Input,
    spec: { kind: 'function', name: REQUEST_PERMISSIONS, description: DESCRIPTION, parameters },
    prepare: async (input, context) => {
      const wanted = wantedOf(input, context.cwd)
      return {
        action: { type: 'none' },
        item: null,
        async run({ ask }) {
          if (!mayAsk(context)) return outcome(nothing, 'turn')
          const answer = await ask('item/permissions/requestApproval', {
            threadId: context.threadId,
            turnId: context.turnId,
            itemId: context.callId,
            startedAtMs: Date.now(),
            cwd: context.cwd,
            environmentId: 'local',
            reason: input.reason ?? null,
            permissions: viewOf(wanted),
          })
          // Each command reviewed strictly, and all allowed for the session: one of the two was not meant.
          if (answer.strictAutoReview && answer.scope === 'session') return outcome(nothing, 'turn')
          return outcome(common(wanted, answer), answer.scope)
        },
        stopped: () => null,
      }
    },
  }
}

const nothing: Granted = { read: [], write: [], network: false }

/** Nobody is asked under a policy that says so: then nothing is granted, and that is no failure. */
function mayAsk({ approvalPolicy }: ToolContext): boolean {
  if (approvalPolicy === 'never') return false
  return typeof approvalPolicy !== 'object' || approvalPolicy.granular.request_permissions
}

function wantedOf({ permissions }: Input, cwd: string): Granted {
  const absolute = (paths: readonly string[] | null | undefined): readonly string[] =>
    (paths ?? []).map((one) => path.resolve(cwd, one))
  return {
    read: absolute(permissions.file_system?.read),
    write: absolute(permissions.file_system?.write),
    network: permissions.network?.enabled ?? false,
  }
}

/** What was granted, as far as it was asked for. */
function common(wanted: Granted, { permissions }: PermissionsApprovalAnswer): Granted {
  const within = (paths: readonly string[] | null | undefined, asked: readonly string[]) =>
    (paths ?? []).filter(
      (one) =>
        path.isAbsolute(one) && asked.some((folder) => isWithin(folder, path.normalize(one))),
    )
  const { read, write } = pathsOf(permissions.fileSystem)
  return {
    read: within(read, [...wanted.read, ...wanted.write]),
    write: within(write, wanted.write),
    network: wanted.network && permissions.network?.enabled === true,
  }
}

/** What an answer names, in whichever form. */
function pathsOf(files: RequestedPermissions['fileSystem']): {
  read: readonly string[]
  write: readonly string[]
} {
  const { entries } = files ?? {}
  if (!entries) return { read: files?.read ?? [], write: files?.write ?? [] }
  const named = (wanted: string): readonly string[] =>
    entries.flatMap(({ access, path: { type, path } }) =>
      access === wanted && type === 'path' && path !== undefined ? [path] : [],
    )
  return { read: named('read'), write: named('write') }
}

function viewOf({ read, write, network }: Granted): RequestedPermissions {
  const hasFiles = read.length > 0 || write.length > 0
  return {
    fileSystem: hasFiles
      ? {
          read: read.length > 0 ? [...read] : null,
          write: write.length > 0 ? [...write] : null,
          entries: [...read.map(entryOf('read')), ...write.map(entryOf('write'))],
        }
      : null,
    network: network ? { enabled: true } : null,
  }
}

function entryOf(access: 'read' | 'write') {
  return (one: string) => ({ access, path: { type: 'path', path: one } })
}

function outcome(granted: Granted, lasts: 'turn' | 'session'): ToolOutcome {
  const { read, write, network } = granted
  const permissions = {
    ...((read.length > 0 || write.length > 0) && { file_system: { read, write } }),
    ...(network && { network: { enabled: true } }),
  }
  return {
    output: JSON.stringify({ permissions, scope: lasts }),
    item: null,
    granted: { permissions: granted, lasts },
  }
}

const DESCRIPTION =
  'Asks the user to let sandboxed commands and patches read or write more folders, or use the network. Returns what was granted, and for how long.'

const paths = { type: 'array', items: { type: 'string' } }
const parameters = {
  type: 'object',
  properties: {
    reason: { type: 'string', description: 'One sentence for the user on why it is needed.' },
    permissions: {
      type: 'object',
      properties: {
        file_system: { type: 'object', properties: { read: paths, write: paths } },
        network: { type: 'object', properties: { enabled: { type: 'boolean' } } },
      },
    },
  },
  required: ['permissions'],
  additionalProperties: false,
}

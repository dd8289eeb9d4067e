// Commands and processes that a client starts for itself.
import path from 'node:path'
import type { Notification, Params } from '../../../protocol/index.ts'
import { SkeinError } from '../../lib/errors.ts'
import {
  builtInProfile,
  type PermissionProfile,
  profileOfSandboxPolicy,
} from '../../sandbox/permission-profile.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import type {
  ClientProcess,
  ClientProcessStart,
  StartClientProcess,
} from '../../tools/client-process.ts'
import type { ClientConnection } from '../client-connection.ts'
import type { Handlers } from '../router.ts'

type ProcessMethods =
  | 'command/exec'
  | 'command/exec/write'
  | 'command/exec/resize'
  | 'command/exec/terminate'
  | 'process/spawn'
  | 'process/writeStdin'
  | 'process/resizePty'
  | 'process/kill'

export interface ProcessPorts {
  readonly manager: Pick<ThreadManager, 'find' | 'require'>
  readonly startProcess: StartClientProcess
  environment(): Promise<Readonly<Record<string, string>>>
  /** The permission profile that new threads get. */
  defaultProfile(): Promise<PermissionProfile>
}

export interface ProcessHandlers {
  readonly handlers: Pick<Handlers, ProcessMethods>
  /** Its processes end with it. */
  closed(connection: ClientConnection): void
  endAll(): void
}

const CAP_BYTES_DEFAULT = 1024 * 1024
const TIMEOUT_MS_DEFAULT = 10_000
const SIZE_DEFAULT = { rows: 24, cols: 80 }
const PROCESSES_MAX = 64

type Kind = 'command' | 'process'

export function processHandlers(ports: ProcessPorts): ProcessHandlers {
  /** By connection, then by kind and id. */
  const running = new Map<ClientConnection, Map<string, ClientProcess>>()
  let unnamed = 0

  function find(connection: ClientConnection, kind: Kind, id: string): ClientProcess {
    const found = running.get(connection)?.get(`${kind} ${id}`)
    if (!found) throw new SkeinError('notFound', `no running process: ${id}`)
    return found
  }

  async function start(
    connection: ClientConnection,
    kind: Kind,
    id: string,
    wanted: Omit<ClientProcessStart, 'env'> & { readonly extra: EnvironmentChanges },
  ): Promise<ClientProcess> {
    const own = running.get(connection) ?? new Map<string, ClientProcess>()
    running.set(connection, own)
    const key = `${kind} ${id}`
    if (own.has(key)) throw new SkeinError('conflict', `a process with this id is running: ${id}`)
    if (own.size >= PROCESSES_MAX)
      throw new SkeinError('conflict', `at most ${PROCESSES_MAX} processes may run at a time`)
    const { extra, ...rest } = wanted
    const env = changed(await ports.environment(), extra)
    const started = await ports.startProcess({ ...rest, env })
    own.set(key, started)
    void started.ended.finally(() => own.delete(key))
    return started
  }

  async function profileOf(
    { sandboxPolicy, permissionProfile }: Params<'command/exec'>,
    connection: ClientConnection,
  ): Promise<PermissionProfile> {
    if (sandboxPolicy && permissionProfile)
      throw new SkeinError(
        'invalidParams',
        '`permissionProfile` cannot be combined with `sandboxPolicy`',
      )
    const named = permissionProfile ? builtInProfile(permissionProfile) : undefined
    if (permissionProfile && !named)
      throw new SkeinError('invalidParams', `unknown permission profile: ${permissionProfile}`)
    const asked = named ?? (sandboxPolicy && profileOfSandboxPolicy(sandboxPolicy))
    if (asked && asked.type !== 'managed' && connection.isWindow)
      throw new SkeinError('denied', 'a window cannot run commands outside of the sandbox')
    return asked ?? ports.defaultProfile()
  }

  const handlers: Pick<Handlers, ProcessMethods> = {
    async 'command/exec'(params, { connection }) {
      const { processId } = params
      const tty = params.tty ?? false
      if (!processId && (tty || params.streamStdin || params.streamStdoutStderr))
        throw new SkeinError('invalidParams', 'streaming needs a processId')
      const cwd = path.resolve(params.cwd ?? process.cwd())
      const id = processId ?? `unnamed-${++unnamed}`
      const started = await start(connection, 'command', id, {
        ...limitsOf(params),
        cwd,
        profile: await profileOf(params, connection),
        workspaceRoots: [cwd],
        onOutput: (stream, chunk, capReached) =>
          connection.notify({
            method: 'command/exec/outputDelta',
            params: { processId: id, stream, deltaBase64: chunk.toString('base64'), capReached },
          }),
      })
      const { exitCode, stdout, stderr } = await started.ended
      return { exitCode, stdout, stderr }
    },
    async 'command/exec/write'({ processId, deltaBase64, closeStdin }, { connection }) {
      const bytes = Buffer.from(deltaBase64 ?? '', 'base64')
      find(connection, 'command', processId).write(bytes, closeStdin ?? false)
      return {}
    },
    async 'command/exec/resize'({ processId, size }, { connection }) {
      find(connection, 'command', processId).resize(size.rows, size.cols)
      return {}
    },
    async 'command/exec/terminate'({ processId }, { connection }) {
      find(connection, 'command', processId).terminate()
      return {}
    },

    async 'process/spawn'(params, { connection }) {
      if (connection.isWindow)
        throw new SkeinError('denied', 'a window cannot start unconfined processes')
      const { processHandle } = params
      const started = await start(connection, 'process', processHandle, {
        ...limitsOf(params),
        cwd: path.resolve(params.cwd),
        profile: { type: 'disabled' },
        workspaceRoots: [],
        onOutput: (stream, chunk, capReached) =>
          connection.notify({
            method: 'process/outputDelta',
            params: {
              processHandle,
              stream,
              deltaBase64: chunk.toString('base64'),
              capReached,
            },
          }),
      })
      void started.ended.then(({ exitCode, stdout, stderr, stdoutCapped, stderrCapped }) => {
        const params = {
          processHandle,
          exitCode,
          stdout,
          stderr,
          stdoutCapReached: stdoutCapped,
          stderrCapReached: stderrCapped,
        }
        connection.notify({ method: 'process/exited', params } satisfies Notification)
      })
      return {}
    },
    async 'process/writeStdin'({ processHandle, deltaBase64, closeStdin }, { connection }) {
      const bytes = Buffer.from(deltaBase64 ?? '', 'base64')
      find(connection, 'process', processHandle).write(bytes, closeStdin ?? false)
      return {}
    },
    async 'process/resizePty'({ processHandle, size }, { connection }) {
      find(connection, 'process', processHandle).resize(size.rows, size.cols)
      return {}
    },
    async 'process/kill'({ processHandle }, { connection }) {
      find(connection, 'process', processHandle).terminate()
      return {}
    },
  }

  function closed(connection: ClientConnection): void {
    for (const one of running.get(connection)?.values() ?? []) one.terminate()
    running.delete(connection)
  }

  return {
    handlers,
    closed,
    endAll() {
      for (const connection of [...running.keys()]) closed(connection)
    },
  }
}

type EnvironmentChanges = Readonly<Record<string, string | null>>

function changed(
  env: Readonly<Record<string, string>>,
  changes: EnvironmentChanges,
): Readonly<Record<string, string>> {
  const next: Record<string, string> = { ...env }
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete next[name]
    else next[name] = value
  }
  return next
}

type Limits = Pick<
  Params<'process/spawn'>,
  | 'command'
  | 'tty'
  | 'streamStdin'
  | 'streamStdoutStderr'
  | 'outputBytesCap'
  | 'disableOutputCap'
  | 'timeoutMs'
  | 'disableTimeout'
  | 'env'
  | 'size'
>

function refuseContradictions(params: Limits): void {
  const { disableOutputCap, outputBytesCap, disableTimeout, timeoutMs, size, tty } = params
  const refuse = (reason: string): never => {
    throw new SkeinError('invalidParams', reason)
  }
  if (disableOutputCap && typeof outputBytesCap === 'number')
    refuse('outputBytesCap and disableOutputCap exclude each other')
  if (disableTimeout && typeof timeoutMs === 'number')
    refuse('timeoutMs and disableTimeout exclude each other')
  if (size && !tty) refuse('size needs tty')
}

/** A terminal streams both ways. */
function limitsOf(params: Limits) {
  refuseContradictions(params)
  const tty = params.tty ?? false
  return {
    command: params.command,
    tty: tty && process.platform !== 'win32',
    streamsIn: tty || (params.streamStdin ?? false),
    streamsOut: tty || (params.streamStdoutStderr ?? false),
    capBytes: params.disableOutputCap ? null : (params.outputBytesCap ?? CAP_BYTES_DEFAULT),
    timeoutMs: params.disableTimeout ? null : (params.timeoutMs ?? TIMEOUT_MS_DEFAULT),
    size: params.size ?? SIZE_DEFAULT,
    extra: params.env ?? {},
  }
}

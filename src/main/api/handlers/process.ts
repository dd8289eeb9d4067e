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

const absent: Readonly<Record<Kind, string>> = {
  command: 'no active command/exec for process id',
  process: 'no active process for process handle',
}
const taken: Readonly<Record<Kind, string>> = {
  command: 'duplicate active command/exec process id',
  process: 'duplicate active process handle',
}

type Wanted = Omit<ClientProcessStart, 'env' | 'profile'> & {
  readonly extra: EnvironmentChanges
  profile(): Promise<PermissionProfile>
}

export function processHandlers(ports: ProcessPorts): ProcessHandlers {
  /** By connection, then by kind and id; an id is taken from the request on, before its process is up. */
  const running = new Map<ClientConnection, Map<string, Promise<ClientProcess>>>()
  let unnamed = 0

  async function find(
    connection: ClientConnection,
    kind: Kind,
    id: string,
  ): Promise<ClientProcess> {
    const found = running.get(connection)?.get(`${kind} ${id}`)
    const gone = new SkeinError('notFound', `${absent[kind]} ${JSON.stringify(id)}`)
    if (!found) throw gone
    return found.catch(() => {
      throw gone
    })
  }

  function start(
    connection: ClientConnection,
    kind: Kind,
    id: string,
    wanted: Wanted,
  ): Promise<ClientProcess> {
    const own = running.get(connection) ?? new Map<string, Promise<ClientProcess>>()
    running.set(connection, own)
    const key = `${kind} ${id}`
    if (own.has(key)) throw new SkeinError('conflict', `${taken[kind]}: ${JSON.stringify(id)}`)
    if (own.size >= PROCESSES_MAX)
      throw new SkeinError('conflict', `at most ${PROCESSES_MAX} processes may run at a time`)
    const starting = startIn(wanted)
    own.set(key, starting)
    void starting
      .then((started) => started.ended)
      .catch(() => undefined) // whoever asked for it is told
      .finally(() => own.delete(key))
    return starting
  }

  async function startIn({ extra, profile, ...rest }: Wanted): Promise<ClientProcess> {
    const env = changed(await ports.environment(), extra)
    return ports.startProcess({ ...rest, profile: await profile(), env })
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
        throw new SkeinError(
          'invalidParams',
          'command/exec tty or streaming requires a client-supplied processId',
        )
      const cwd = path.resolve(params.cwd ?? process.cwd())
      const id = processId ?? `unnamed-${++unnamed}`
      const started = await start(connection, 'command', id, {
        ...limitsOf(params, 'command/exec'),
        cwd,
        profile: () => profileOf(params, connection),
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
      const typed = typedBytes('command/exec/write', deltaBase64, closeStdin)
      const running = await find(connection, 'command', processId)
      running.write(typed, closeStdin ?? false)
      return {}
    },
    async 'command/exec/resize'({ processId, size }, { connection }) {
      const running = await find(connection, 'command', processId)
      running.resize(size.rows, size.cols)
      return {}
    },
    async 'command/exec/terminate'({ processId }, { connection }) {
      const running = await find(connection, 'command', processId)
      running.terminate()
      return {}
    },

    async 'process/spawn'(params, { connection }) {
      if (connection.isWindow)
        throw new SkeinError('denied', 'a window cannot start unconfined processes')
      const { processHandle } = params
      const started = await start(connection, 'process', processHandle, {
        ...limitsOf(params, 'process/spawn'),
        cwd: absolute(params.cwd),
        profile: async () => ({ type: 'disabled' }),
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
          outputDrainTimedOut: false,
        }
        connection.notify({ method: 'process/exited', params } satisfies Notification)
      })
      return {}
    },
    async 'process/writeStdin'({ processHandle, deltaBase64, closeStdin }, { connection }) {
      const typed = typedBytes('process/writeStdin', deltaBase64, closeStdin)
      const running = await find(connection, 'process', processHandle)
      running.write(typed, closeStdin ?? false)
      return {}
    },
    async 'process/resizePty'({ processHandle, size }, { connection }) {
      const running = await find(connection, 'process', processHandle)
      running.resize(size.rows, size.cols)
      return {}
    },
    async 'process/kill'({ processHandle }, { connection }) {
      const running = await find(connection, 'process', processHandle)
      running.terminate()
      return {}
    },
  }

  function closed(connection: ClientConnection): void {
    for (const one of running.get(connection)?.values() ?? [])
      one.then((process) => process.terminate()).catch(() => undefined) // it never was up
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

function absolute(folder: string): string {
  if (path.isAbsolute(folder)) return folder
  throw new SkeinError('invalidParams', `Invalid request: \`cwd\` must be absolute: ${folder}`)
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

type Method = 'command/exec' | 'process/spawn'

function refuseContradictions(params: Limits, method: Method): void {
  const { disableOutputCap, outputBytesCap, disableTimeout, timeoutMs, size, tty } = params
  const refuse = (reason: string): never => {
    throw new SkeinError('contradiction', `${method} ${reason}`)
  }
  if (disableOutputCap && typeof outputBytesCap === 'number')
    refuse('cannot set both outputBytesCap and disableOutputCap')
  if (disableTimeout && typeof timeoutMs === 'number')
    refuse('cannot set both timeoutMs and disableTimeout')
  if (size && !tty) refuse('size requires tty: true')
}

/** What is typed. Throws SkeinError('contradiction') for text that is no base64, and when there is nothing to do. */
function typedBytes(
  method: 'command/exec/write' | 'process/writeStdin',
  deltaBase64: string | null | undefined,
  closeStdin: boolean | null | undefined,
): Buffer {
  if (deltaBase64 == null && !closeStdin)
    throw new SkeinError('contradiction', `${method} requires deltaBase64 or closeStdin`)
  const text = deltaBase64 ?? ''
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    throw new SkeinError('contradiction', 'invalid deltaBase64')
  return Buffer.from(text, 'base64')
}

/** A terminal streams both ways. */
function limitsOf(params: Limits, method: Method) {
  refuseContradictions(params, method)
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

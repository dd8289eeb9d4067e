// Port: processes that clients start for themselves.
import type { PermissionProfile } from '../sandbox/permission-profile.ts'

export type Stream = 'stdout' | 'stderr'

export interface ClientProcessStart {
  readonly command: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly profile: PermissionProfile
  readonly workspaceRoots: readonly string[]
  readonly tty: boolean
  /** Input stays open for `write`. */
  readonly streamsIn: boolean
  /** Output goes to `onOutput` as it comes, and is not collected. */
  readonly streamsOut: boolean
  /** Of each stream; null: none. */
  readonly capBytes: number | null
  readonly timeoutMs: number | null
  readonly size: { readonly rows: number; readonly cols: number }
  onOutput(stream: Stream, chunk: Buffer, capReached: boolean): void
}

export interface ClientProcessEnd {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly stdoutCapped: boolean
  readonly stderrCapped: boolean
}

export interface ClientProcess {
  readonly ended: Promise<ClientProcessEnd>
  /** Throws SkeinError('conflict') when its input is not open. */
  write(bytes: Buffer, closes: boolean): void
  /** Throws SkeinError('conflict') when it has no terminal. */
  resize(rows: number, cols: number): void
  /** KILL, the whole group and what it started. */
  terminate(): void
}

/** Rejects with SkeinError when it cannot be started. */
export type StartClientProcess = (start: ClientProcessStart) => Promise<ClientProcess>

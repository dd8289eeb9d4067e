// Port: turns a command into one that runs inside the limits of a permission profile.
import type { PermissionProfile, Places } from './permission-profile.ts'

export interface SandboxCommand {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly profile: PermissionProfile
  /** Absolute folders that `projectRoots` stands for. */
  readonly workspaceRoots: readonly string[]
  readonly tty: boolean
}

export interface PreparedCommand {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** False for a disabled or external profile: nothing confines it. */
  readonly sandboxed: boolean
  /** Removes what the preparation left on disk; safe to call twice. */
  cleanup(): void
}

export type SandboxAvailability =
  | { readonly available: true; readonly kind: 'bubblewrap' | 'seatbelt' }
  | { readonly available: false; readonly reason: string }

export interface Sandbox {
  /** Probed once per process. */
  availability(): Promise<SandboxAvailability>
  /** Throws SkeinError('denied') when the profile cannot be enforced here: nothing may run then. */
  prepare(command: SandboxCommand): Promise<PreparedCommand>
}

/** One platform's way to confine; asked only for managed profiles. */
export interface Confiner {
  availability(): Promise<SandboxAvailability>
  /** Throws SkeinError('denied') when this profile cannot be enforced. */
  confine(
    command: SandboxCommand,
    profile: Extract<PermissionProfile, { type: 'managed' }>,
    places: Places,
  ): Promise<PreparedCommand>
}

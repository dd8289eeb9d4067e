// Confines commands on macOS with the system's sandbox-exec: a generated policy that allows nothing it does not name.
import fs from 'node:fs'
import type { PlacedEntry } from './permission-profile.ts'
import { guardedPaths } from './protected-paths.ts'
import { type ManagedProfile, type RealEntries, realEntriesWithGlobs } from './real-entries.ts'
import type { Confiner } from './sandbox.ts'

/** Never looked up in PATH. */
const SANDBOX_EXEC = '/usr/bin/sandbox-exec'

export interface SeatbeltPolicy {
  readonly text: string
  /** Values of the policy's parameters: paths never become part of its text. */
  readonly parameters: Readonly<Record<string, string>>
}

const BASE = `(version 1)
(deny default)
(allow process-exec)
(allow process-fork)
(allow process-info* (target same-sandbox))
(allow signal (target same-sandbox))
(allow sysctl-read)
(allow ipc-posix-sem)
(allow mach-lookup
  (global-name "com.apple.system.opendirectoryd.libinfo")
  (global-name "com.apple.system.logger"))
(allow pseudo-tty)
(allow file-read* file-write* file-ioctl
  (literal "/dev/null")
  (literal "/dev/zero")
  (literal "/dev/tty")
  (literal "/dev/ptmx")
  (regex #"^/dev/ttys[0-9]+$"))
(allow file-read*)`

const NETWORK = `(allow network*)
(allow system-socket)
(allow mach-lookup
  (global-name "com.apple.dnssd.service")
  (global-name "com.apple.SecurityServer")
  (global-name "com.apple.networkd")
  (global-name "com.apple.trustd.agent"))`

/** Pure. Later rules win, so entries come outermost first and what is guarded comes last. */
export function seatbeltPolicy(
  { root, inner }: RealEntries,
  guarded: readonly string[],
  network: ManagedProfile['network'],
): SeatbeltPolicy {
  const parameters: Record<string, string> = {}
  const below = (folder: string): string => {
    const name = `PATH_${Object.keys(parameters).length}`
    parameters[name] = folder
    return `(subpath (param "${name}"))`
  }
  const rules = [
    ...(network === 'enabled' ? [NETWORK] : []),
    ...(root === 'write' ? ['(allow file-write*)'] : []),
    ...inner.map(({ access, path: where }) => rule[access](below(where))),
    ...guarded.map((where) => rule.read(below(where))),
  ]
  return { text: [BASE, ...rules, ''].join('\n'), parameters }
}

const rule: Record<PlacedEntry['access'], (where: string) => string> = {
  read: (where) => `(deny file-write* ${where})`,
  write: (where) => `(allow file-write* ${where})`,
  deny: (where) => `(deny file-read* file-write* ${where})`,
}

export function createSeatbelt(): Confiner {
  const isThere = fs.existsSync(SANDBOX_EXEC)
  return {
    availability: () =>
      Promise.resolve(
        isThere
          ? { available: true, kind: 'seatbelt' }
          : {
              available: false,
              reason: `the sandbox is not available: ${SANDBOX_EXEC} is missing`,
            },
      ),
    async confine(command, profile, places) {
      const entries = await realEntriesWithGlobs(profile, places)
      const roots = entries.inner.filter((entry) => entry.access === 'write')
      const guarded = roots.flatMap((root) => guardedPaths(root.path))
      const { text, parameters } = seatbeltPolicy(entries, guarded, profile.network)
      const defined = Object.entries(parameters).map(([name, value]) => `-D${name}=${value}`)
      return {
        file: SANDBOX_EXEC,
        args: ['-p', text, ...defined, '--', ...command.argv],
        cwd: command.cwd,
        env: command.env,
        sandboxed: true,
        cleanup: () => undefined,
      }
    },
  }
}

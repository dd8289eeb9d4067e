// Confines commands on Linux with bubblewrap: everything is read-only except what the profile lets be written.
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { SkeinError } from '../lib/errors.ts'
import { isWithin, outermostFirst, type PlacedEntry, type Places } from './permission-profile.ts'
import { holdStandIn, protectedPaths } from './protected-paths.ts'
import { type ManagedProfile, type RealEntries, realEntriesWithGlobs } from './real-entries.ts'
import type { Confiner, PreparedCommand, SandboxAvailability, SandboxCommand } from './sandbox.ts'
import { createFilterFiles } from './seccomp.ts'

/** Never looked up in PATH: a folder in it could belong to the model. */
const PROGRAMS = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/run/current-system/sw/bin/bwrap']
const PROBE_MS_MAX = 10_000

type ProcMount = readonly string[]

/** A fresh /proc, or none at all where the kernel refuses one: never that of the machine. */
const PROC_MOUNTS: readonly ProcMount[] = [
  ['--proc', '/proc'],
  ['--tmpfs', '/proc'],
]

interface Found {
  readonly program: string
  readonly proc: ProcMount
  /** The path of the filter of system calls; null where the processor is not known. */
  filter(network: ManagedProfile['network']): string | null
  readonly hidden: readonly string[]
  /** What stands before a command so that it starts no more than a bounded number of processes. */
  readonly limit: readonly string[]
}

export interface BubblewrapOptions {
  /** Where bwrap is looked for; the first that exists is used. */
  readonly programs?: readonly string[]
  /** Sockets and their folders that no command may see. */
  readonly hidden?: readonly string[]
}

export function createBubblewrap({
  programs = PROGRAMS,
  hidden = doorsOutside(),
}: BubblewrapOptions = {}): Confiner {
  let probing: Promise<Found | string> | undefined
  const probed = (): Promise<Found | string> => {
    probing ??= probe(programs, hidden)
    return probing
  }
  return {
    async availability(): Promise<SandboxAvailability> {
      const found = await probed()
      return typeof found === 'string'
        ? { available: false, reason: found }
        : { available: true, kind: 'bubblewrap' }
    },
    async confine(command, profile, places) {
      const found = await probed()
      if (typeof found === 'string') throw new SkeinError('denied', found)
      return confine(found, command, profile, places, await realEntriesWithGlobs(profile, places))
    },
  }
}

/** What was found, or why commands cannot be confined here. */
async function probe(
  programs: readonly string[],
  hidden: readonly string[],
): Promise<Found | string> {
  const program = programs.find((candidate) => fs.existsSync(candidate))
  if (program === undefined)
    return 'the sandbox is not available: bubblewrap (bwrap) is not installed'
  let problem = ''
  const filters = createFilterFiles()
  // Kernels without filters of system calls still have namespaces, which hold by themselves.
  const attempts = [filters, () => null].flatMap((filter) =>
    PROC_MOUNTS.map((proc) => ({ filter, proc })),
  )
  for (const { filter, proc } of attempts) {
    const failureOf = (limit: readonly string[]): Promise<string | undefined> => {
      const { file, args } = launch(program, filter('restricted'), false, [
        ...namespaces('restricted'),
        ...['--ro-bind', '/', '/', '--dev', '/dev', ...proc, '--cap-drop', 'ALL'],
        ...['--', ...limit, '/bin/sh', '-c', ':'],
      ])
      return tryRun(file, args)
    }
    const failure = await failureOf([])
    if (failure === undefined) {
      const limit = processLimit()
      const isObeyed = limit.length > 0 && (await failureOf(limit)) === undefined
      const there = hidden.filter((one) => fs.existsSync(one))
      return { program, proc, filter, hidden: there, limit: isObeyed ? limit : [] }
    }
    problem = failure
  }
  return `the sandbox is not available: bubblewrap does not work on this machine (${problem})`
}

function tryRun(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: PROBE_MS_MAX, env: {} }, (error, _stdout, stderr) => {
      const [line = ''] = stderr.trim().split('\n')
      resolve(error ? line || error.message : undefined)
    })
  })
}

function namespaces(network: ManagedProfile['network']): readonly string[] {
  const net = network === 'restricted' ? ['--unshare-net'] : []
  return ['--die-with-parent', '--unshare-user', '--unshare-pid', '--unshare-ipc', ...net]
}

/** Sockets of this machine through which a command could have others work for it, outside. Known ones only. */
function doorsOutside(): readonly string[] {
  const run = ['containerd', 'crio', 'dbus', 'docker', 'docker.sock', 'libvirt', 'podman', 'screen']
  return [
    ...['user', 'snapd.sock', 'systemd/private', ...run].map((name) => path.join('/run', name)),
    '/tmp/.X11-unix',
    `/tmp/tmux-${process.getuid?.() ?? 0}`,
  ]
}

/** Processes and threads of one command; a build on many cores needs some hundreds. */
const PROCESSES_MAX = 4096
const PRLIMIT = '/usr/bin/prlimit'

/**
 * Counted in the command's own namespace. Kernels before 5.14 count all of a person's processes, of whatever program:
 * there nothing is limited. No kernel counts those of root. Where a stricter limit is set already, this one is refused.
 */
function processLimit(): readonly string[] {
  const [major = 0, minor = 0] = os.release().split('.').map(Number)
  const countsByNamespace = major > 5 || (major === 5 && minor >= 14)
  return countsByNamespace && process.getuid?.() !== 0 && fs.existsSync(PRLIMIT)
    ? [PRLIMIT, `--nproc=${PROCESSES_MAX}:${PROCESSES_MAX}`, '--']
    : []
}

/** Restores what the launcher below ignores, for the command itself. */
const WITH_DEFAULT_SIGNALS = ['/usr/bin/env', '--default-signal=INT,QUIT,TSTP']
/** Keeps bubblewrap itself alive when Ctrl-C is typed on the terminal that it shares with the command. */
const IGNORING_SIGNALS = 'trap "" INT QUIT TSTP; '
/** The descriptor on which bubblewrap is given the filter. */
const FILTER_FD = '9'

/** A shell opens the filter and makes way for bubblewrap: pipes and terminals are started alike. */
function launch(
  program: string,
  filter: string | null,
  isOnTerminal: boolean,
  args: readonly string[],
): { file: string; args: readonly string[] } {
  if (filter === null && !isOnTerminal) return { file: program, args }
  const signals = isOnTerminal ? IGNORING_SIGNALS : ''
  const opened = filter === null ? '' : ` ${FILTER_FD}<"$0"`
  const filtered = filter === null ? [] : ['--seccomp', FILTER_FD]
  const script = `${signals}exec "$@"${opened}`
  return { file: '/bin/sh', args: ['-c', script, filter ?? 'sh', program, ...filtered, ...args] }
}

function confine(
  { program, proc, filter, hidden, limit }: Found,
  command: SandboxCommand,
  { network }: ManagedProfile,
  places: Places,
  entries: RealEntries,
): PreparedCommand {
  const mounts = mountsOf(entries, places, hidden)
  const options = [
    ...namespaces(network),
    ...mounts.base,
    ...['--dev', '/dev', ...proc],
    ...mounts.args,
    ...['--cap-drop', 'ALL', '--chdir', command.cwd],
  ]
  const shared = { cwd: command.cwd, env: command.env, sandboxed: true, cleanup: mounts.release }
  const inside = command.tty
    ? [...options, '--', ...WITH_DEFAULT_SIGNALS, ...limit, ...command.argv]
    : [...options, '--new-session', '--', ...limit, ...command.argv]
  return { ...shared, ...launch(program, filter(network), command.tty, inside) }
}

interface Mounts {
  readonly base: readonly string[]
  readonly args: readonly string[]
  release(): void
}

/** What to mount, outermost first, so that the most specific entry of the profile wins. */
function mountsOf({ root, inner }: RealEntries, places: Places, hidden: readonly string[]): Mounts {
  const releases: (() => void)[] = []
  const release = (): void => {
    for (const one of releases) one()
  }
  try {
    const guarded = inner
      .filter((entry) => entry.access === 'write')
      .flatMap((entry) => guard(entry.path, isShared(entry.path, places), releases))
    const entries = withoutRepeats(inner)
    const coveredAgain = entries.filter(
      (entry) => entry.access === 'deny' && guarded.some((one) => isWithin(one.path, entry.path)),
    )
    return {
      base: [root === 'write' ? '--bind' : '--ro-bind', '/', '/'],
      args: [
        ...mountAll(withAncestors(entries)),
        ...guarded.flatMap((one) => [
          one.isSure ? '--ro-bind' : '--ro-bind-try',
          one.path,
          one.path,
        ]),
        ...mountAll(coveredAgain),
        ...hide(hidden, places),
      ],
      release,
    }
  } catch (error) {
    release()
    throw error
  }
}

/** The entry at a place or, of those around it, the innermost. */
function around(byPath: ReadonlyMap<string, PlacedEntry>, where: string): PlacedEntry | undefined {
  for (let folder = where; ; folder = path.dirname(folder)) {
    const entry = byPath.get(folder)
    if (entry || folder === '/') return entry
  }
}

/** What lies in a closed folder is closed already. */
function withoutRepeats(entries: readonly PlacedEntry[]): readonly PlacedEntry[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]))
  return entries.filter(
    ({ path: where, access }) =>
      access !== 'deny' || around(byPath, path.dirname(where))?.access !== 'deny',
  )
}

/**
 * Adds the folders between a writable root and one inside it: a mount point cannot be renamed, so the inner root
 * cannot be moved away with its guards and made anew without them.
 */
function withAncestors(entries: readonly PlacedEntry[]): readonly PlacedEntry[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]))
  const added = new Map<string, PlacedEntry>()
  for (const entry of entries) {
    let folder = path.dirname(entry.path)
    for (; folder !== '/' && !byPath.has(folder) && !added.has(folder); ) {
      if (around(byPath, folder)?.access !== 'write') break
      added.set(folder, { path: folder, access: 'write' })
      folder = path.dirname(folder)
    }
  }
  return added.size === 0 ? entries : outermostFirst([...entries, ...added.values()])
}

interface Mount {
  readonly args: readonly string[]
  /** To be done when everything is in its place. */
  readonly later?: readonly string[]
}

/** `mayHold`: something inside of a closed folder is open. */
function mount({ path: where, access }: PlacedEntry, mayHold: boolean): Mount {
  switch (access) {
    case 'write':
      return { args: ['--bind', where, where] }
    case 'read':
      return { args: ['--ro-bind', where, where] }
    case 'deny': {
      const stat = fs.statSync(where, { throwIfNoEntry: false })
      if (!stat) return { args: [] } // gone since it was looked up
      if (!stat.isDirectory()) return { args: ['--ro-bind', '/dev/null', where] }
      const args = ['--perms', mayHold ? '111' : '000', '--tmpfs', where]
      return { args, later: ['--remount-ro', where] }
    }
  }
}

function mountAll(entries: readonly PlacedEntry[]): readonly string[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]))
  const holding = new Set<string>()
  for (const { path: where } of entries) {
    const outer = around(byPath, path.dirname(where))
    if (outer) holding.add(outer.path)
  }
  const mounts = entries.map((entry) => mount(entry, holding.has(entry.path)))
  return [...mounts.flatMap(({ args }) => args), ...mounts.flatMap(({ later = [] }) => later)]
}

/** Temporary folders belong to everybody: no stand-ins are put there, unless somebody works right in them. */
function isShared(root: string, places: Places): boolean {
  const isTemporary = root === '/tmp' || root === places.tmpdir
  return isTemporary && root !== places.cwd && !places.workspaceRoots.includes(root)
}

interface Guarded {
  readonly path: string
  /** False: it may be gone before the mount happens. */
  readonly isSure: boolean
}

function guard(root: string, isSharedRoot: boolean, releases: (() => void)[]): readonly Guarded[] {
  if (!fs.statSync(root).isDirectory()) return []
  const { existing, missing } = protectedPaths(root)
  // In a shared folder others may take their things away at any time.
  if (isSharedRoot) return existing.map((one) => ({ path: one, isSure: false }))
  const held = missing.filter((one) => hold(one, releases))
  return [...existing, ...held].map((one) => ({ path: one, isSure: true }))
}

function hold(missing: string, releases: (() => void)[]): boolean {
  const release = holdStandIn(missing)
  if (release) releases.push(release)
  return release !== undefined
}

function hide(hidden: readonly string[], places: Places): readonly string[] {
  const used = [places.cwd, ...places.workspaceRoots]
  return hidden
    .filter((one) => !used.some((folder) => isWithin(one, folder)))
    .flatMap((one) => {
      const stat = fs.statSync(one, { throwIfNoEntry: false })
      if (!stat) return []
      return stat.isDirectory() ? ['--tmpfs', one] : ['--ro-bind', '/dev/null', one]
    })
}

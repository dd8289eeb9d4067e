// Remarks on what a command may do, read from its text in this window. Hints for a person, never a decision: a
// command can hide what it does, and then nothing is noted.
import { isShell, readShellLine, type SimpleCommand } from './shell-commands.ts'

export type RiskKind = 'outside' | 'network' | 'deletes' | 'pipesToShell' | 'privileges' | 'unclear'

export interface RiskNote {
  readonly kind: RiskKind
  readonly text: string
}

/** A longer command is not read; that alone is worth a remark. */
const COMMAND_CHARS_MAX = 20_000
const PATHS_NAMED = 3

export function riskNotes(command: string, cwd: string): readonly RiskNote[] {
  if (command.length > COMMAND_CHARS_MAX) {
    return [{ kind: 'unclear', text: 'too long to be looked through' }]
  }
  const { commands, isUnclear } = readShellLine(command)
  const outside = [...new Set(commands.flatMap(writtenPaths))].filter((path) =>
    isOutside(path, cwd),
  )
  const notes: RiskNote[] = []
  if (commands.some(({ name }) => privileged.has(name))) {
    notes.push({ kind: 'privileges', text: 'asks for the rights of another user' })
  }
  if (outside.length > 0) {
    notes.push({ kind: 'outside', text: `writes outside of the folder: ${listed(outside)}` })
  }
  const deleting = commands.filter(isDeleting)
  if (deleting.length > 0) {
    notes.push({ kind: 'deletes', text: `deletes: ${listed(deleting.map(told))}` })
  }
  if (commands.some(isRunningWhatItReads)) {
    notes.push({ kind: 'pipesToShell', text: 'runs what another command prints' })
  }
  const calling = commands.filter(isOnNetwork)
  if (calling.length > 0) {
    notes.push({ kind: 'network', text: `uses the network: ${listed(calling.map(told))}` })
  }
  if (isUnclear) notes.push({ kind: 'unclear', text: 'parts of it cannot be read as a command' })
  return notes
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)]
  const more = unique.length > PATHS_NAMED ? ` and ${unique.length - PATHS_NAMED} more` : ''
  return unique.slice(0, PATHS_NAMED).join(', ') + more
}

/** "git push": the name, with the verb where that tells more. */
function told({ name, args }: SimpleCommand): string {
  const verb = args.find((arg) => !arg.startsWith('-'))
  return verb && withVerbs.has(name) ? `${name} ${verb}` : name
}

const privileged: ReadonlySet<string> = new Set(['sudo', 'doas', 'su', 'pkexec'])
const interpreters: ReadonlySet<string> = new Set(['python', 'python3', 'perl', 'ruby', 'node'])

function isRunningWhatItReads(command: SimpleCommand): boolean {
  const { name, args, isPipedInto } = command
  if (name === 'eval') return true
  const hasProgram = args.some((arg) => !arg.startsWith('-') || /^-\w*[ce]$/.test(arg))
  const isRunner = isShell(name) || interpreters.has(name)
  return isRunner && isPipedInto && !hasProgram
}

const networkCommands: ReadonlySet<string> = new Set(
  'curl wget ssh scp sftp rsync ftp nc ncat netcat telnet ping gh apt apt-get brew dnf yum apk'.split(
    ' ',
  ),
)
/** Commands that use the network with some of their verbs. */
const networkVerbs: Readonly<Record<string, RegExp>> = {
  git: /^(clone|fetch|pull|push|ls-remote|submodule)$/,
  npm: /^(i|install|ci|add|update|publish|exec|audit|view)$/,
  pnpm: /^(i|install|add|update|publish|dlx)$/,
  yarn: /^(install|add|up|upgrade|npm|dlx)$/,
  pip: /^(install|download)$/,
  pip3: /^(install|download)$/,
  cargo: /^(install|add|fetch|update|publish)$/,
  go: /^(get|install)$/,
  docker: /^(pull|push|build|run|login)$/,
}
const withVerbs: ReadonlySet<string> = new Set(Object.keys(networkVerbs))

function isOnNetwork({ name, args }: SimpleCommand): boolean {
  if (networkCommands.has(name) || name === 'npx') return true
  const verb = args.find((arg) => !arg.startsWith('-'))
  const verbs = Object.hasOwn(networkVerbs, name) ? networkVerbs[name] : undefined
  return verb !== undefined && verbs?.test(verb) === true
}

const deleters: ReadonlySet<string> = new Set(['rm', 'rmdir', 'unlink', 'shred', 'truncate'])

function isDeleting({ name, args }: SimpleCommand): boolean {
  if (deleters.has(name)) return true
  if (name === 'find') return args.includes('-delete')
  if (name !== 'git') return false
  return args.includes('clean') || (args.includes('reset') && args.includes('--hard'))
}

/** Commands that write to files they are given; of those in the second set, to the last one. */
const writers: ReadonlySet<string> = new Set(
  'rm rmdir touch mkdir tee chmod chown truncate shred unlink'.split(' '),
)
const copiers: ReadonlySet<string> = new Set(['cp', 'mv', 'ln', 'install', 'rsync'])

function writtenPaths({ name, args, writesTo }: SimpleCommand): readonly string[] {
  const paths = args.filter((arg) => !arg.startsWith('-'))
  if (writers.has(name)) return [...writesTo, ...paths]
  if (copiers.has(name)) return [...writesTo, ...paths.slice(-1)]
  if (name === 'dd') {
    return [...writesTo, ...args.filter((arg) => arg.startsWith('of=')).map((arg) => arg.slice(3))]
  }
  return writesTo
}

const harmless: ReadonlySet<string> = new Set([
  '/dev/null',
  '/dev/stdout',
  '/dev/stderr',
  '/dev/tty',
])

/** Only paths that say so themselves: absolute, of the home folder, or leading up and out. */
function isOutside(path: string, cwd: string): boolean {
  if (harmless.has(path)) return false
  if (/^(~|\$HOME|\$\{HOME\})/.test(path)) return true
  if (path.startsWith('/')) return !isInside(resolved([], path), resolved([], cwd))
  const full = resolved(resolved([], cwd), path)
  return path.includes('..') && !isInside(full, resolved([], cwd))
}

function resolved(base: readonly string[], path: string): string[] {
  const parts = [...base]
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts
}

function isInside(path: readonly string[], folder: readonly string[]): boolean {
  return folder.every((part, index) => path[index] === part)
}

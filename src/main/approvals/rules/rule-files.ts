// The rules files of the profile and of trusted projects: read when they changed, added to by a person's "always",
// taken back in Settings. One broken file puts all rules out of force, and says where it is broken.
import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import type { TextRange } from '../../../protocol/index.ts'
import { type Clock, systemClock } from '../../lib/clock.ts'
import { messageOf, SkeinError } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import { isWithin } from '../../sandbox/permission-profile.ts'
import { type ParsedRules, type PrefixRule, parseRules, RulesError } from './parse-rules.ts'
import { isTooBroad, noRules, type PlacedRule, type RuleSet } from './rule-set.ts'
import { createRuleUses } from './rule-uses.ts'

export interface RulesWarning {
  readonly summary: string
  readonly details: string | null
  readonly path: string
  readonly range: TextRange
}

export interface ListedRule extends PlacedRule {
  readonly uses: number
  readonly lastUsedAtMs: number | null
}

export interface Rules {
  /** The rules in force for a folder. Never rejects. */
  forFolder(cwd: string): Promise<RuleSet>
  /** Those of the profile, in the order of their files. */
  list(): Promise<readonly ListedRule[]>
  /** Allows commands that begin with these words from now on. Throws SkeinError when that would be too much. */
  allow(prefix: readonly string[]): Promise<void>
  /** False when there is no such rule in the profile. */
  remove(ruleId: string): Promise<boolean>
  noteUse(rules: readonly PlacedRule[]): void
  /** Each distinct problem once; known ones are handed over at once. */
  onWarning(listener: (warning: RulesWarning) => void): () => void
}

export interface RulesOptions {
  /** The profile folder. */
  readonly home: string
  readonly logger: Logger
  readonly clock?: Clock
  /** Absolute folders of projects whose own rules count. */
  trustedFolders(): Promise<readonly string[]>
}

/** Where "always" writes. */
const DEFAULT_FILE = 'default.rules'
const PROJECT_FOLDERS = ['.skein/rules', '.codex/rules']
const FILE_BYTES_MAX = 1024 * 1024

interface RulesFile {
  readonly file: string
  readonly text: string
  readonly parsed: ParsedRules
}

export function createRules(options: RulesOptions): Rules {
  const folder = path.join(options.home, 'rules')
  const uses = createRuleUses(path.join(folder, 'uses.json'), options.logger)
  const clock = options.clock ?? systemClock
  const cache = new Map<string, { stamp: string; read: RulesFile | RulesWarning }>()
  const warnings = createWarnings(options.logger)
  let changing: Promise<unknown> = Promise.resolve()

  async function readAll(folders: readonly string[]): Promise<readonly RulesFile[] | undefined> {
    const files = (await Promise.all(folders.map(rulesFilesIn))).flat()
    const read = await Promise.all(files.map((file) => readCached(cache, file)))
    const problems = read.filter((one): one is RulesWarning => 'summary' in one)
    for (const problem of problems) warnings.tell(problem)
    return problems.length > 0 ? undefined : read.filter((one): one is RulesFile => 'parsed' in one)
  }

  async function projectFolders(cwd: string): Promise<readonly string[]> {
    const trusted = await options.trustedFolders()
    return trusted
      .filter((root) => isWithin(root, cwd))
      .flatMap((root) => PROJECT_FOLDERS.map((name) => path.join(root, name)))
  }

  /** One change at a time, each on what is in the file then. */
  function change<T>(work: () => Promise<T>): Promise<T> {
    const done = changing.then(work)
    changing = done.catch(() => undefined)
    return done
  }

  async function append(prefix: readonly string[]): Promise<void> {
    const file = path.join(folder, DEFAULT_FILE)
    const before = await fs.readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    const isKnown = parseRules(before).rules.some(
      ({ pattern, decision }) =>
        decision === 'allow' &&
        pattern.length === prefix.length &&
        pattern.every((word, index) => word.length === 1 && word[0] === prefix[index]),
    )
    if (isKnown) return
    const words = prefix.map((word) => JSON.stringify(word)).join(', ')
    const gap = before === '' || before.endsWith('\n') ? '' : '\n'
    const after = `${before}${gap}prefix_rule(pattern=[${words}], decision="allow")\n`
    parseRules(after) // what was written must be readable again
    await replaceFile(file, after)
  }

  async function takeOut(ruleId: string): Promise<boolean> {
    for (const { file, text, parsed } of (await readAll([folder])) ?? []) {
      const rule = placedRules({ file, parsed, text }).findIndex(({ id }) => id === ruleId)
      const place = parsed.rules[rule]
      if (!place) continue
      await replaceFile(file, without(text, place))
      return true
    }
    return false
  }

  return {
    async forFolder(cwd) {
      try {
        const files = await readAll([folder, ...(await projectFolders(cwd))])
        return files ? ruleSetOf(files) : noRules
      } catch (error) {
        options.logger.log('error', 'rules could not be read', { error: messageOf(error) })
        return noRules
      }
    },
    async list() {
      const files = (await readAll([folder])) ?? []
      return files.flatMap(placedRules).map((rule) => ({ ...rule, ...uses.of(rule.id) }))
    },
    allow(prefix) {
      if (isTooBroad(prefix))
        throw new SkeinError(
          'invalidParams',
          `a rule for \`${prefix.join(' ')}\` would allow too much`,
        )
      return change(() => append(prefix))
    },
    remove: (ruleId) => change(() => takeOut(ruleId)),
    noteUse: (rules) =>
      uses.note(
        rules.map(({ id }) => id),
        clock.now(),
      ),
    onWarning: warnings.listen,
  }
}

async function rulesFilesIn(folder: string): Promise<readonly string[]> {
  const names = await fs.readdir(folder).catch(() => [])
  return names
    .filter((name) => name.endsWith('.rules'))
    .sort()
    .map((name) => path.join(folder, name))
}

async function readCached(
  cache: Map<string, { stamp: string; read: RulesFile | RulesWarning }>,
  file: string,
): Promise<RulesFile | RulesWarning> {
  const stat = await fs.stat(file)
  const stamp = `${stat.ino} ${stat.size} ${stat.mtimeMs}`
  const known = cache.get(file)
  if (known?.stamp === stamp) return known.read
  const read =
    stat.size > FILE_BYTES_MAX ? tooLarge(file) : readText(file, await fs.readFile(file, 'utf8'))
  cache.set(file, { stamp, read })
  return read
}

function readText(file: string, text: string): RulesFile | RulesWarning {
  try {
    return { file, text, parsed: parseRules(text) }
  } catch (error) {
    if (!(error instanceof RulesError)) throw error
    return broken(file, error.message, error.line)
  }
}

function tooLarge(file: string): RulesWarning {
  return broken(file, `it is larger than ${FILE_BYTES_MAX} bytes`, 1)
}

function broken(file: string, problem: string, line: number): RulesWarning {
  return {
    summary: `${file}:${line}: ${problem}`,
    details: 'No custom rules are in force until this file is mended.',
    path: file,
    range: { start: { line, column: 1 }, end: { line, column: 1 } },
  }
}

function placedRules({ file, parsed }: RulesFile): readonly PlacedRule[] {
  return parsed.rules.map(({ pattern, decision, justification }) => {
    const said = JSON.stringify([file, pattern, decision, justification])
    const id = createHash('sha256').update(said).digest('hex').slice(0, 16)
    return { id, file, pattern, decision, justification }
  })
}

function ruleSetOf(files: readonly RulesFile[]): RuleSet {
  const executables = new Map<string, readonly string[]>()
  for (const { parsed } of files)
    for (const { name, paths } of parsed.executables)
      executables.set(name, [...(executables.get(name) ?? []), ...paths])
  return { rules: files.flatMap(placedRules), executables }
}

/** The text without one call, and without its line where nothing else stands on it. */
function without(text: string, { start, end }: PrefixRule): string {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const newline = text.indexOf('\n', end)
  const lineEnd = newline < 0 ? text.length : newline + 1
  const isAlone = `${text.slice(lineStart, start)}${text.slice(end, lineEnd)}`.trim() === ''
  return isAlone
    ? text.slice(0, lineStart) + text.slice(lineEnd)
    : text.slice(0, start) + text.slice(end)
}

async function replaceFile(file: string, content: string): Promise<void> {
  await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await fs.writeFile(temporary, content, { flag: 'wx', mode: 0o600 })
    await fs.rename(temporary, file)
  } catch (error) {
    await fs.rm(temporary, { force: true })
    throw error
  }
}

function createWarnings(logger: Logger) {
  const told = new Map<string, RulesWarning>()
  const listeners = new Set<(warning: RulesWarning) => void>()
  return {
    tell(warning: RulesWarning): void {
      if (told.has(warning.summary)) return
      told.set(warning.summary, warning)
      logger.log('warn', warning.summary)
      for (const listener of listeners) listener(warning)
    },
    listen(listener: (warning: RulesWarning) => void): () => void {
      for (const warning of told.values()) listener(warning)
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

// One config.toml: read again only when it changed, and never the reason why nothing works.
import { readFileSync, statSync } from 'node:fs'
import { parse, TomlError } from 'smol-toml'
import type { TextRange } from '../../protocol/index.ts'
import { messageOf } from '../lib/errors.ts'
import type { ConfigWarning } from './config-service.ts'
import { type Table, versionOf } from './layers.ts'
import { plainValues } from './toml.ts'
import { checkValues } from './validate.ts'

export interface FileContent {
  readonly exists: boolean
  readonly values: Table
  /** "sha256:…" of `values`. */
  readonly version: string
  readonly warnings: readonly ConfigWarning[]
  /** Why nothing of the file is in force; null when something is, or there is nothing to say. */
  readonly disabledReason: string | null
}

export interface ConfigFile {
  readonly path: string
  /** The same object until the file changes. Never throws. */
  content(): FileContent
}

const absent: FileContent = {
  exists: false,
  values: {},
  version: versionOf({}),
  warnings: [],
  disabledReason: null,
}

export function createConfigFile(path: string): ConfigFile {
  let seen: string | undefined
  let current = absent
  let lastGood: FileContent | undefined
  return {
    path,
    content() {
      const stamp = stampOf(path)
      if (stamp === seen) return current
      seen = stamp
      current = stamp === 'absent' ? absent : read(path, lastGood)
      // A file that a person removed has no last good content to go back to.
      if (stamp === 'absent') lastGood = undefined
      else if (current.disabledReason === null) lastGood = current
      return current
    },
  }
}

/**
 * Changes when the file does. Synchronous on purpose: two of these cost a few microseconds, while a trip
 * through the thread pool at each thread/start costs more than everything else here.
 */
function stampOf(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stat ? `${stat.mtimeNs}:${stat.size}:${stat.ino}` : 'absent'
  } catch (thrown) {
    // Not a folder on the way, or no right to look: reading says which.
    return `unreadable: ${messageOf(thrown)}`
  }
}

function read(path: string, lastGood: FileContent | undefined): FileContent {
  try {
    const checked = checkValues(plainValues(parse(readFileSync(path, 'utf8'))))
    const warnings = checked.problems.map(({ key, message }) => ({
      summary: `config.toml: \`${key}\` is ignored: ${message}`,
      details: `In ${path}. Everything else in the file is in force.`,
      path,
    }))
    const version = versionOf(checked.values)
    return { exists: true, values: checked.values, version, warnings, disabledReason: null }
  } catch (thrown) {
    const warning = brokenFile(path, thrown, lastGood !== undefined)
    if (lastGood) return { ...lastGood, warnings: [warning] }
    return { ...absent, exists: true, warnings: [warning], disabledReason: warning.summary }
  }
}

function brokenFile(path: string, thrown: unknown, hasLastGood: boolean): ConfigWarning {
  const effect = hasLastGood
    ? 'The file is ignored; its last good content stays in force.'
    : 'The file is ignored until it can be read.'
  if (!(thrown instanceof TomlError))
    return {
      summary: `config.toml cannot be read: ${messageOf(thrown)}`,
      details: `${path}. ${effect}`,
      path,
    }
  const [reason = thrown.message] = thrown.message.split('\n')
  return {
    summary: `config.toml line ${thrown.line}, column ${thrown.column}: ${reason}`,
    details: `${path}:${thrown.line}:${thrown.column}. ${effect}\n\n${thrown.codeblock.trimEnd()}`,
    path,
    range: placeOf(thrown),
  }
}

function placeOf({ line, column }: TomlError): TextRange {
  return { start: { line, column }, end: { line, column } }
}

// Writes the user's config.toml: checked first, against the version the writer knows, then replaced as a whole.
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'smol-toml'
import type { ConfigEdit, Refusal } from '../../protocol/index.ts'
import { messageOf, SkeinError } from '../lib/errors.ts'
import type { ConfigFile } from './config-file.ts'
import type { WriteTarget } from './config-service.ts'
import { splitDottedKey } from './dotted-keys.ts'
import { editToml, editValues, type TomlEdit } from './edit-toml.ts'
import { isTable, type Table } from './layers.ts'
import { masked } from './secrets.ts'
import { plainValues } from './toml.ts'
import { checkValues } from './validate.ts'

type WriteErrorCode =
  | 'configVersionConflict'
  | 'configValidationError'
  | 'configLayerReadonly'
  | 'userLayerNotFound'

function writeError(code: WriteErrorCode, message: string): SkeinError {
  return new SkeinError('invalidParams', message, { config_write_error_code: code })
}

/** Serialised: the second writer sees what the first one wrote. Answers with the edits as paths. */
export function createConfigWriter(user: ConfigFile) {
  let last: Promise<unknown> = Promise.resolve()

  async function write(edits: readonly TomlEdit[], target: WriteTarget): Promise<void> {
    if (target.filePath !== undefined && path.resolve(target.filePath) !== user.path)
      throw writeError(
        'configLayerReadonly',
        `only ${user.path} can be written, not ${target.filePath}`,
      )
    const text = await readFile(user.path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return ''
      throw writeError('userLayerNotFound', `${user.path} cannot be read: ${messageOf(thrown)}`)
    })
    const values = readToml(text, user.path)
    const { version } = user.content()
    if (target.expectedVersion !== undefined && target.expectedVersion !== version)
      throw writeError(
        'configVersionConflict',
        'the file was changed by somebody else meanwhile: read it again',
      )
    const [refusal] = refusals(values, edits)
    if (refusal)
      throw writeError('configValidationError', `Invalid configuration: ${refusal.message}`)
    await replace(user.path, editToml(text, edits))
  }

  return (edits: readonly TomlEdit[], target: WriteTarget): Promise<void> => {
    const done = last.then(() => write(edits, target))
    last = done.catch(() => undefined)
    return done
  }
}

/** Throws `configValidationError` for a key that is none. */
export function tomlEdits(edits: readonly ConfigEdit[]): readonly TomlEdit[] {
  return edits.map(({ keyPath, value, mergeStrategy }) => {
    if (keyPath.trim() === '')
      throw writeError('configValidationError', 'keyPath must not be empty')
    try {
      const merge = mergeStrategy === 'upsert'
      return { path: splitDottedKey(keyPath), value: value ?? null, merge }
    } catch (thrown) {
      throw writeError('configValidationError', messageOf(thrown))
    }
  })
}

/** What of the edits does not fit; problems that were in the file before are none of theirs. */
export function refusals(values: Table, edits: readonly TomlEdit[]): readonly Refusal[] {
  const known = new Set(checkValues(values).problems.map(({ key }) => key))
  const { problems } = checkValues(editValues(values, edits))
  const unfit = problems
    .filter(({ key }) => !known.has(key))
    .map(({ key, message }) => refusal(key, edits, `\`${key}\`: ${message}`))
  const hidden = edits
    .filter((edit) => edit.value === masked)
    .map((edit) =>
      refusal(
        edit.path.join('.'),
        edits,
        `\`${edit.path.join('.')}\` is only the mask of a secret`,
      ),
    )
  return [...unfit, ...hidden]
}

function refusal(field: string, edits: readonly TomlEdit[], message: string): Refusal {
  const value = edits.find((edit) => edit.path.join('.') === field)?.value ?? null
  return { field, value, allowed: null, layer: 'user', message }
}

function readToml(text: string, file: string): Table {
  try {
    const values = plainValues(parse(text))
    return isTable(values) ? values : {}
  } catch (thrown) {
    throw writeError(
      'configValidationError',
      `${file} must be mended by hand first: ${messageOf(thrown).split('\n')[0]}`,
    )
  }
}

/** Never half a file: another one is written, made durable and put in its place. Links stay links. */
async function replace(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file)
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => 0o600,
  )
  const draft = `${target}.${process.pid}.new`
  try {
    const handle = await open(draft, 'w', mode)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, target)
  } catch (thrown) {
    await rm(draft, { force: true })
    throw writeError('userLayerNotFound', `${file} cannot be written: ${messageOf(thrown)}`)
  }
}

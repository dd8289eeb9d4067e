// Builds the configuration of a profile: its layers resolved, shown, written and watched.
import path from 'node:path'
import type { ConfigWritten, Result } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { ConfigValues } from './config-schema.ts'
import type { ConfigService, ResolvedConfig } from './config-service.ts'
import { expandDottedKeys } from './dotted-keys.ts'
import { editValues, type TomlEdit } from './edit-toml.ts'
import { enabledFeatures, isFeature, listFeatures } from './features.ts'
import { isTable, mergeLayers, type Table, versionOf } from './layers.ts'
import { createProblems } from './problems.ts'
import type { Requirements } from './requirements.ts'
import { maskSecrets } from './secrets.ts'
import { createSources, type Found, type Source, sourceOf } from './sources.ts'
import { checkValues } from './validate.ts'
import { watchFiles } from './watch-files.ts'
import { createConfigWriter, refusals, tomlEdits } from './write-config.ts'

export interface ConfigServiceOptions {
  /** The profile folder; its config.toml is the user layer, its requirements.toml what the person requires of it. */
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** `key=value` pairs of the command line. A pair that does not parse is left out with a warning. */
  readonly overrides: readonly string[]
  readonly logger: Logger
  /** The machine's file; default /etc/skein/config.toml, on Windows under %ProgramData%. */
  readonly systemFile?: string
}

/** What holds where nobody said anything. Kept out of config/read, in which such keys are null. */
const defaults: Table = {
  model_provider: 'demo',
  approval_policy: 'on-request',
  approvals_reviewer: 'user',
  project_doc_max_bytes: 32_768,
}

export function createConfigService(options: ConfigServiceOptions): ConfigService {
  const problems = createProblems(options.logger)
  const systemFile = options.systemFile ?? path.join(systemFolder(options.env), 'config.toml')
  const sources = createSources({
    ...options,
    systemFile,
    // The machine's word stands over the person's.
    requirementFiles: [
      path.join(options.home, 'requirements.toml'),
      path.join(path.dirname(systemFile), 'requirements.toml'),
    ],
    problems,
  })
  const writeUser = createConfigWriter(sources.user)
  const setFeatures = new Map<string, boolean>()
  const listeners = new Set<(files: readonly string[]) => void>()
  const watch = watchFiles((file) => tell([file]))
  /** Configurations of the same layers are the same object. */
  const resolved = new WeakMap<Found, ResolvedConfig>()
  const stacks = new WeakMap<ResolvedConfig, Stack>()

  function tell(files: readonly string[]): void {
    sources.find() // problems first: they are told as they are found
    for (const listener of listeners) listener(files)
  }

  function resolveStack(stack: Stack): ResolvedConfig {
    const { values, origins } = mergeLayers([
      { name: 'defaults', values: defaults },
      ...stack.sources,
    ])
    const made: ResolvedConfig = {
      values: ConfigValues.parse(values),
      origins,
      layers: stack.sources.map((source) => source.view).reverse(),
      ...(stack.requirements && { requirements: stack.requirements }),
    }
    stacks.set(made, stack)
    return made
  }

  function resolve(threadLayer?: Table, cwd?: string): ResolvedConfig {
    const found = sources.find(cwd)
    if (threadLayer === undefined || Object.keys(threadLayer).length === 0) {
      const known = resolved.get(found)
      if (known) return known
      if (listeners.size > 0) watch.set(sources.paths())
      const made = resolveStack(found)
      resolved.set(found, made)
      return made
    }
    const thread = sourceOf('thread', checkedThreadLayer(threadLayer), { type: 'sessionFlags' })
    return resolveStack({ ...found, sources: [...found.sources, thread] })
  }

  /** Where the edits are in the file and a higher layer says something else all the same. */
  function overridden(edits: readonly TomlEdit[]): ConfigWritten['overriddenMetadata'] {
    const { sources: layers } = sources.find()
    for (const edit of edits) {
      const above = layers.filter(({ name }) => name === 'profile' || name === 'commandLine')
      const higher = above.findLast(({ values }) => leafAt(values, edit.path) !== undefined)
      if (!higher) continue
      const { name, version } = higher.view
      const effectiveValue = leafAt(higher.view.config, edit.path)
      const message = `Overridden by ${higher.name === 'profile' ? 'the selected profile' : 'session flags'}: ${edit.path.join('.')}`
      return { message, overridingLayer: { name, version }, effectiveValue }
    }
    return null
  }

  return {
    // Async so that its failures are rejections, also for callers that do not await it at once.
    resolve: async (threadLayer, cwd) => resolve(threadLayer, cwd),
    refreshed(current, next) {
      const stack = stacks.get(current)
      const from = stacks.get(next)
      if (!stack || !from) throw new Error('a configuration of another service')
      const isUsers = ({ name }: Source): boolean => name === 'user' || name === 'profile'
      const users = from.sources.filter(isUsers)
      const before = stack.sources.filter(isUsers)
      if (users.map(versionOfSource).join() === before.map(versionOfSource).join()) return current
      const at = stack.sources.findIndex(isUsers)
      const others = stack.sources.filter((source) => !isUsers(source))
      const place = at === -1 ? 0 : at
      const after = [...others.slice(0, place), ...users, ...others.slice(place)]
      return resolveStack({ ...stack, sources: after })
    },
    read: async (includeLayers, cwd) =>
      readView(sources.find(cwd).sources, {
        layers: includeLayers,
        system: emptySystemLayer(systemFile),
        disabled: includeLayers && cwd !== undefined ? sources.disabled(cwd) : [],
      }),
    async write(edits, target) {
      const wanted = tomlEdits(edits)
      await writeUser(wanted, target)
      const { version } = sources.user.content()
      tell([sources.user.path])
      const overriddenMetadata = overridden(wanted)
      return {
        status: overriddenMetadata === null ? 'ok' : 'okOverridden',
        version,
        filePath: sources.user.path,
        overriddenMetadata,
      }
    },
    async previewWrite(edits, cwd) {
      const found = sources.find(cwd)
      const before = resolve(undefined, cwd)
      const { values } = sources.user.content()
      const wanted = tomlEdits(edits)
      const refused = refusals(values, wanted)
      const kept = wanted.filter(
        (edit) => !refused.some(({ field }) => field === edit.path.join('.')),
      )
      const next = checkValues(editValues(values, kept)).values
      const edited = found.sources.map((source) =>
        source.name === 'user' ? sourceOf('user', next, source.view.name) : source,
      )
      return { before, after: resolveStack({ ...found, sources: edited }), refused }
    },
    enabledFeatures: (config) => enabledFeatures(config.values, config.requirements, setFeatures),
    features: (config) => listFeatures(config.values, config.requirements, setFeatures),
    setFeatures(enablement) {
      const { requirements } = sources.find()
      const known = Object.entries(enablement).filter(([name]) => isFeature(name))
      for (const [name, enabled] of known) {
        const pin = requirements?.features[name]
        if (pin && pin.enabled !== enabled)
          throw new SkeinError(
            'invalidParams',
            `invalid value for \`features.${name}\`: \`${enabled}\` is not in the allowed set [${pin.enabled}] (set by ${pin.source})`,
            {
              field: `features.${name}`,
              value: enabled,
              allowed: [pin.enabled],
              layer: pin.source,
            },
          )
      }
      for (const [name, enabled] of known) setFeatures.set(name, enabled)
      if (known.length > 0) tell([])
      return Object.fromEntries(known)
    },
    onWarning: problems.listen,
    onChange(listener) {
      listeners.add(listener)
      watch.set(sources.paths())
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) watch.close()
      }
    },
    close: watch.close,
  }
}

interface Stack {
  readonly sources: readonly Source[]
  readonly requirements: Requirements | undefined
}

function versionOfSource({ name, view }: Source): string {
  return `${name} ${view.version}`
}

function systemFolder(env: ConfigServiceOptions['env']): string {
  if (process.platform !== 'win32') return '/etc/skein'
  return path.join(env.ProgramData ?? 'C:\\ProgramData', 'skein')
}

function checkedThreadLayer(threadLayer: Table): Table {
  const checked = checkValues(expandDottedKeys(threadLayer))
  const [problem] = checked.problems
  if (problem)
    throw new SkeinError('invalidParams', `config: \`${problem.key}\`: ${problem.message}`, {
      key: problem.key,
    })
  return checked.values
}

function leafAt(values: Table, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, part) => (isTable(at) ? at[part] : undefined), values)
}

const knownKeys = Object.keys(ConfigValues.shape)

function readView(
  sources: readonly Source[],
  shown: {
    readonly layers: boolean
    readonly disabled: readonly Source['view'][]
    readonly system: Source['view']
  },
): Result<'config/read'> {
  const { values, origins } = mergeLayers(sources)
  const unset = Object.fromEntries(knownKeys.map((key) => [key, null]))
  const wireOrigins: Result<'config/read'>['origins'] = {}
  for (const [key, layer] of Object.entries(origins)) {
    // Of several files of a project the last one that says it counts.
    const source = sources.findLast(({ name, values: own }) => name === layer && says(own, key))
    if (!source) continue
    const origin = { name: source.view.name, version: source.view.version }
    wireOrigins[key] = origin
    for (const at of elementsAt(values, key)) wireOrigins[`${key}.${at}`] = origin
  }
  const layers = [...sources.map(({ view }) => view).reverse()]
  if (!layers.some(({ name }) => name.type === 'system')) layers.push(shown.system)
  const place = layers.findIndex(({ name }) => name.type === 'user' || name.type === 'system')
  layers.splice(place === -1 ? layers.length : place, 0, ...[...shown.disabled].reverse())
  return {
    config: { ...unset, ...maskSecrets(withWholeSandbox(values)) },
    origins: wireOrigins,
    ...(shown.layers && { layers }),
  }
}

/** Clients expect all members of the table when there is one. */
function withWholeSandbox(values: Table): Table {
  const details = values.sandbox_workspace_write
  if (!isTable(details)) return values
  return { ...values, sandbox_workspace_write: { ...sandboxDetails, ...details } }
}

const sandboxDetails = {
  writable_roots: [],
  network_access: false,
  exclude_tmpdir_env_var: false,
  exclude_slash_tmp: false,
}

/** Origins are dotted without quotes, so a key may hold dots of its own. */
/** Clients look for this layer whether its file is there or not. */
function emptySystemLayer(file: string): Source['view'] {
  return {
    name: { type: 'system', file },
    version: versionOf({}),
    config: {},
    disabledReason: null,
  }
}

/** Indexes of the array at this key; none when it is something else. */
function elementsAt(values: Table, dotted: string): readonly number[] {
  for (const [key, value] of Object.entries(values)) {
    if (key === dotted) return Array.isArray(value) ? [...value.keys()] : []
    if (dotted.startsWith(`${key}.`) && isTable(value)) {
      const found = elementsAt(value, dotted.slice(key.length + 1))
      if (found.length > 0) return found
    }
  }
  return []
}

function says(values: Table, dotted: string): boolean {
  return Object.entries(values).some(([key, value]) => {
    if (key === dotted) return true
    return (
      dotted.startsWith(`${key}.`) && isTable(value) && says(value, dotted.slice(key.length + 1))
    )
  })
}

// Builds the configuration of a profile: defaults, system file, user file, command line, and a thread's own map.
import path from 'node:path'
import type { ConfigLayerName, ConfigLayerView, LayerName, Result } from '../../protocol/index.ts'
import { messageOf, SkeinError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { createConfigFile, type FileContent } from './config-file.ts'
import { ConfigValues } from './config-schema.ts'
import type { ConfigService, ConfigWarning, ResolvedConfig } from './config-service.ts'
import { expandDottedKeys, parseAssignment } from './dotted-keys.ts'
import { type Layer, mergeLayers, type Table, versionOf } from './layers.ts'
import { maskSecrets } from './secrets.ts'
import { checkValues } from './validate.ts'

export interface ConfigServiceOptions {
  /** The profile folder; its config.toml is the user layer. */
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

/** A layer with what clients see of it. */
interface Source extends Layer {
  readonly view: ConfigLayerView
}

export function createConfigService(options: ConfigServiceOptions): ConfigService {
  const system = createConfigFile(options.systemFile ?? systemFileOf(options.env))
  const user = createConfigFile(path.join(options.home, 'config.toml'))
  const commandLine = readCommandLine(options.overrides)
  const commandLineSource = sourceOf('commandLine', commandLine.values, { type: 'sessionFlags' })
  const problems = createProblems(options.logger)
  problems.replace('commandLine', commandLine.warnings)

  let base: { readonly of: readonly FileContent[]; readonly sources: readonly Source[] } | undefined
  let resolvedBase: ResolvedConfig | undefined

  /** Layers without the thread's, lowest first; the same list until a file changes. */
  function sources(): readonly Source[] {
    const systemContent = system.content()
    const userContent = user.content()
    if (base?.of[0] === systemContent && base.of[1] === userContent) return base.sources
    const found: Source[] = []
    if (systemContent.exists)
      found.push(fileSource('system', systemContent, { type: 'system', file: system.path }))
    found.push(fileSource('user', userContent, { type: 'user', file: user.path, profile: null }))
    if (options.overrides.length > 0) found.push(commandLineSource)
    base = { of: [systemContent, userContent], sources: found }
    resolvedBase = undefined
    problems.replace('system', systemContent.warnings)
    problems.replace('user', userContent.warnings)
    return found
  }

  function resolve(threadLayer?: Table): ResolvedConfig {
    const below = sources()
    if (threadLayer === undefined || Object.keys(threadLayer).length === 0) {
      resolvedBase ??= resolveSources(below)
      return resolvedBase
    }
    const values = checkedThreadLayer(threadLayer)
    return resolveSources([...below, sourceOf('thread', values, { type: 'sessionFlags' })])
  }

  return {
    // Async so that its failures are rejections, also for callers that do not await it at once.
    resolve: async (threadLayer) => resolve(threadLayer),
    read: async (includeLayers) => readView(sources(), includeLayers),
    onWarning: problems.listen,
  }
}

function systemFileOf(env: ConfigServiceOptions['env']): string {
  if (process.platform !== 'win32') return '/etc/skein/config.toml'
  return path.join(env.ProgramData ?? 'C:\\ProgramData', 'skein', 'config.toml')
}

function sourceOf(
  name: LayerName,
  values: Table,
  wireName: ConfigLayerName,
  version = versionOf(values),
  disabledReason: string | null = null,
): Source {
  const view = { name: wireName, version, config: maskSecrets(values), disabledReason }
  return { name, values, view }
}

function fileSource(name: LayerName, content: FileContent, wireName: ConfigLayerName): Source {
  return sourceOf(name, content.values, wireName, content.version, content.disabledReason)
}

function resolveSources(sources: readonly Source[]): ResolvedConfig {
  const { values, origins } = mergeLayers([{ name: 'defaults', values: defaults }, ...sources])
  return {
    values: ConfigValues.parse(values),
    origins,
    layers: sources.map((source) => source.view).reverse(),
  }
}

function readCommandLine(overrides: readonly string[]): {
  readonly values: Table
  readonly warnings: readonly ConfigWarning[]
} {
  const warnings: ConfigWarning[] = []
  const warn = (summary: string): void => {
    const details = 'Given on the command line; this value is left out.'
    warnings.push({ summary, details, path: '-c' })
  }
  const layers: Layer[] = []
  for (const override of overrides) {
    try {
      layers.push({ name: 'commandLine', values: parseAssignment(override) })
    } catch (thrown) {
      warn(messageOf(thrown))
    }
  }
  const checked = checkValues(mergeLayers(layers).values)
  for (const { key, message } of checked.problems) warn(`\`${key}\` is ignored: ${message}`)
  return { values: checked.values, warnings }
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

const knownKeys = Object.keys(ConfigValues.shape)

function readView(sources: readonly Source[], includeLayers: boolean): Result<'config/read'> {
  const { values, origins } = mergeLayers(sources)
  const unset = Object.fromEntries(knownKeys.map((key) => [key, null]))
  const byName = new Map(sources.map(({ name, view }) => [name, view]))
  const wireOrigins: Result<'config/read'>['origins'] = {}
  for (const [key, layer] of Object.entries(origins)) {
    const view = byName.get(layer)
    if (view) wireOrigins[key] = { name: view.name, version: view.version }
  }
  return {
    config: { ...unset, ...maskSecrets(values) },
    origins: wireOrigins,
    ...(includeLayers && { layers: sources.map(({ view }) => view).reverse() }),
  }
}

/** The problems known now, by where they are; tells each once, and again only after it was gone. */
function createProblems(logger: Logger) {
  const known = new Map<string, readonly ConfigWarning[]>()
  const listeners = new Set<(warning: ConfigWarning) => void>()
  return {
    replace(where: string, warnings: readonly ConfigWarning[]): void {
      const before = new Set((known.get(where) ?? []).map(keyOf))
      known.set(where, warnings)
      for (const warning of warnings) {
        if (before.has(keyOf(warning))) continue
        logger.log('warn', warning.summary, { path: warning.path })
        for (const listener of listeners) listener(warning)
      }
    },
    listen(listener: (warning: ConfigWarning) => void): () => void {
      for (const warnings of known.values()) for (const warning of warnings) listener(warning)
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function keyOf(warning: ConfigWarning): string {
  return JSON.stringify([warning.summary, warning.details])
}

// Finds the layers: which files there are for a folder, what each says, and which of them are in force.
import path from 'node:path'
import type { ConfigLayerName, ConfigLayerView, LayerName } from '../../protocol/index.ts'
import { messageOf } from '../lib/errors.ts'
import { type ConfigFile, createConfigFile, type FileContent } from './config-file.ts'
import type { ConfigValues } from './config-schema.ts'
import type { ConfigWarning } from './config-service.ts'
import { parseAssignment } from './dotted-keys.ts'
import { featureWarnings } from './features.ts'
import { isTable, type Layer, mergeLayers, type Table, versionOf } from './layers.ts'
import type { Problems } from './problems.ts'
import { projectFiles, withoutPersonal } from './project-layers.ts'
import { type Requirements, requirementProblem, requirementsOf } from './requirements.ts'
import { maskSecrets } from './secrets.ts'
import { isTrusted, trustOf } from './trust.ts'
import { checkValues } from './validate.ts'

/** A layer with what clients see of it. */
export interface Source extends Layer {
  readonly view: ConfigLayerView
}

export interface Found {
  /** In force, lowest precedence first. The same list as before while no file changed. */
  readonly sources: readonly Source[]
  readonly requirements: Requirements | undefined
}

export interface SourcesOptions {
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly overrides: readonly string[]
  readonly systemFile: string
  readonly requirementFiles: readonly string[]
  readonly problems: Problems
}

/** Project files kept in memory; beyond it they are read again. */
const PROJECT_FILES_MAX = 256

export function createSources(options: SourcesOptions) {
  const { home, problems } = options
  const system = createConfigFile(options.systemFile)
  const user = createConfigFile(path.join(home, 'config.toml'))
  const required = options.requirementFiles.map((file) => createConfigFile(file))
  const commandLine = readCommandLine(options.overrides)
  const commandLineSource = sourceOf('commandLine', commandLine.values, { type: 'sessionFlags' })
  problems.replace('commandLine', commandLine.warnings)
  const foreignHome = options.env.CODEX_HOME ?? path.join(options.env.HOME ?? '', '.codex')
  const profileFolders = [home, foreignHome]

  let profile: ConfigFile | undefined
  let base: { readonly of: readonly FileContent[]; readonly found: Found } | undefined
  let trust: ConfigValues = {}
  const projects = new Map<string, ConfigFile>()
  const withProject = new Map<string, { of: readonly unknown[]; found: Found }>()

  /** Without any project. */
  function basis(): Found {
    const files = [system, user, ...required, ...(profile ? [profile] : [])]
    const contents = files.map((file) => file.content())
    if (base && sameList(base.of, contents)) return base.found
    const before = profile?.path
    const found = readBasis()
    if (profile?.path !== before) return basis() // another profile was chosen: its file counts too
    base = { of: contents, found }
    withProject.clear()
    return found
  }

  function readBasis(): Found {
    const systemContent = system.content()
    const userContent = user.content()
    const found: Source[] = []
    if (systemContent.exists)
      found.push(fileSource('system', systemContent, { type: 'system', file: system.path }))
    found.push(fileSource('user', userContent, { type: 'user', file: user.path, profile: null }))
    const name = profileName([...found, commandLineSource])
    const chosen = name === undefined ? undefined : path.join(home, `${name}.config.toml`)
    if (profile?.path !== chosen)
      profile = chosen === undefined ? undefined : createConfigFile(chosen)
    if (name !== undefined) found.push(...profileSources(name, userContent.values))
    if (options.overrides.length > 0) found.push(commandLineSource)
    const { values } = mergeLayers(found)
    trust = values as ConfigValues
    problems.replace('system', systemContent.warnings)
    problems.replace('user', userContent.warnings)
    problems.replace('features', featureProblems(values as ConfigValues, user.path))
    const requirementContents = required.map((file) => ({
      path: file.path,
      content: file.content(),
    }))
    problems.replace('requirements', requirementContents.flatMap(requirementWarnings))
    const requirements = requirementsOf(requirementContents)
    problems.replace('constrained', beyondRequirements(values as ConfigValues, requirements))
    return { sources: found, requirements }
  }

  /** The table of the user's file, and the file beside it on top. */
  function profileSources(name: string, userValues: Table): readonly Source[] {
    const table = isTable(userValues.profiles) ? userValues.profiles[name] : undefined
    const content = profile?.content()
    const file = profile?.path ?? user.path
    const missing = !isTable(table) && !content?.exists
    problems.replace('profile', missing ? [noProfile(name, user.path)] : (content?.warnings ?? []))
    if (missing) return []
    const checked = checkValues(isTable(table) ? table : {})
    const values = mergeLayers([
      { name: 'profile', values: checked.values },
      { name: 'profile', values: content?.values ?? {} },
    ]).values
    const shown = content?.exists ? file : user.path
    return [sourceOf('profile', values, { type: 'user', file: shown, profile: name })]
  }

  function projectFile(file: string): ConfigFile {
    const known = projects.get(file)
    if (known) return known
    if (projects.size >= PROJECT_FILES_MAX) projects.clear()
    const made = createConfigFile(file)
    projects.set(file, made)
    return made
  }

  /** Lowest first; files that do not exist are left out. */
  function projectContents(cwd: string) {
    return projectFiles(cwd, profileFolders).map(({ folder, file }) => ({
      folder,
      file,
      content: projectFile(file).content(),
    }))
  }

  /** With the project of that folder, where a person trusts it. An untrusted one costs no look at the disk. */
  function find(cwd?: string): Found {
    const below = basis()
    if (cwd === undefined || !isTrusted(trust, cwd)) return below
    const contents = projectContents(cwd)
    const of = [below, ...contents.map(({ content }) => content)]
    const known = withProject.get(cwd)
    if (known && sameList(known.of, of)) return known.found
    const trusted = contents.filter(
      ({ folder, content }) => content.exists && isTrusted(trust, path.dirname(folder)),
    )
    const own = trusted.map(({ folder, file, content }) => {
      const { values, warnings } = withoutPersonal(content.values, file)
      problems.replace(file, [...content.warnings, ...warnings])
      return sourceOf(
        'project',
        values,
        { type: 'project', dotCodexFolder: folder },
        content.version,
        content.disabledReason,
      )
    })
    const line = below.sources.filter((source) => source.name === 'commandLine')
    const rest = below.sources.filter((source) => source.name !== 'commandLine')
    const found = own.length === 0 ? below : { ...below, sources: [...rest, ...own, ...line] }
    withProject.set(cwd, { of, found })
    return found
  }

  return {
    find,
    /** Project files that are there and not in force, lowest first. */
    disabled(cwd: string): readonly ConfigLayerView[] {
      basis()
      return projectContents(cwd)
        .filter(({ folder, content }) => content.exists && !isTrusted(trust, path.dirname(folder)))
        .map(({ folder, content }) => ({
          name: { type: 'project', dotCodexFolder: folder },
          version: content.version,
          config: maskSecrets(content.values),
          disabledReason:
            trustOf(trust, path.dirname(folder)) === 'untrusted'
              ? 'You marked this folder as untrusted.'
              : 'This folder is not trusted yet.',
        }))
    },
    user,
    /** The files there may be, existing or not, without those of projects nobody worked in. */
    paths: (): readonly string[] => [
      system.path,
      user.path,
      ...required.map((file) => file.path),
      ...(profile ? [profile.path] : []),
      ...projects.keys(),
    ],
  }
}

function sameList(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((one, index) => one === right[index])
}

export function sourceOf(
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

/** A name, never a way out of the profile folder. */
function profileName(sources: readonly Source[]): string | undefined {
  const { profile } = mergeLayers(sources).values
  return typeof profile === 'string' && /^[\w-]+$/.test(profile) ? profile : undefined
}

function noProfile(name: string, file: string): ConfigWarning {
  return {
    summary: `config.toml: the profile \`${name}\` is not there`,
    details: `Neither \`[profiles.${name}]\` in ${file} nor ${name}.config.toml beside it was found.`,
    path: file,
  }
}

function featureProblems(values: ConfigValues, file: string): readonly ConfigWarning[] {
  return featureWarnings(values).map((words) => ({
    summary: `config.toml: ${words}`,
    details: null,
    path: file,
  }))
}

/** New threads start with something else then; that is said before anybody wonders. */
function beyondRequirements(
  values: ConfigValues,
  requirements: Requirements | undefined,
): readonly ConfigWarning[] {
  const said = [
    ['approval_policy', values.approval_policy, requirements?.approvalPolicy],
    ['approvals_reviewer', values.approvals_reviewer, requirements?.approvalsReviewer],
    ['sandbox_mode', values.sandbox_mode, requirements?.sandboxMode],
    ['default_permissions', values.default_permissions, requirements?.permissionProfile],
  ] as const
  return said.flatMap(([key, value, limit]) => {
    if (typeof value !== 'string' || !limit || limit.allowed.includes(value)) return []
    const allowed = limit.allowed.join(', ')
    return [
      {
        summary: `\`${key}\`: \`${value}\` is not allowed; new threads start with an allowed value`,
        details: `${limit.source} allows only: ${allowed}.`,
        path: limit.source,
      },
    ]
  })
}

function requirementWarnings(file: { path: string; content: FileContent }): ConfigWarning[] {
  if (!file.content.exists) return []
  const problem = requirementProblem(file.content.values)
  const details = `${file.path}. The file constrains nothing until this is mended.`
  const own =
    problem === undefined
      ? []
      : [{ summary: `requirements.toml: ${problem}`, details, path: file.path }]
  return [...file.content.warnings, ...own]
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

// The configuration a project brings: from its root down to the folder, in each one .codex beneath .skein.
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { ConfigWarning } from './config-service.ts'
import type { Table } from './layers.ts'

export interface ProjectFile {
  /** The folder the file lies in: `.skein` or `.codex` of a folder of the project. */
  readonly folder: string
  readonly file: string
}

/** Folders between a project's root and where one works that are looked at; deeper ones are left out. */
const DEPTH_MAX = 32

/**
 * Lowest precedence first. Profile folders are no project's, even where somebody works right above them: `notOf`
 * names them.
 */
export function projectFiles(cwd: string, notOf: readonly string[]): readonly ProjectFile[] {
  return foldersDownTo(cwd)
    .flatMap((folder) => [path.join(folder, '.codex'), path.join(folder, '.skein')])
    .filter((folder) => !notOf.includes(folder))
    .map((folder) => ({ folder, file: path.join(folder, 'config.toml') }))
}

function foldersDownTo(cwd: string): readonly string[] {
  const root = projectRoot(cwd)
  const folders = [cwd]
  for (let at = cwd; at !== root && folders.length < DEPTH_MAX; at = path.dirname(at))
    folders.unshift(path.dirname(at))
  return folders
}

/** The nearest folder upwards that holds `.git`, else the folder itself. */
export function projectRoot(cwd: string): string {
  for (let at = cwd; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.git'))) return at
    if (at === path.dirname(at)) return cwd
  }
}

/** Whom to talk to, with which keys, and whom to trust is the person's own: no folder decides it. */
const personal = [
  'chatgpt_base_url',
  'model_provider',
  'model_providers',
  'notify',
  'openai_base_url',
  'otel',
  'profile',
  'profiles',
  'projects',
]

export function withoutPersonal(
  values: Table,
  file: string,
): { readonly values: Table; readonly warnings: readonly ConfigWarning[] } {
  const found = personal.filter((key) => Object.hasOwn(values, key))
  if (found.length === 0) return { values, warnings: [] }
  const kept = Object.entries(values).filter(([key]) => !found.includes(key))
  const warnings = found.map((key) => ({
    summary: `config.toml of a project: \`${key}\` is ignored`,
    details: `In ${file}. Only your own configuration may set it.`,
    path: file,
  }))
  return { values: Object.fromEntries(kept), warnings }
}

// Port: the configuration of the profile as layers, read from files and the command line, and written back.
import type {
  ConfigEdit,
  ConfigLayerView,
  ConfigWritten,
  Feature,
  LayerName,
  Refusal,
  Result,
  TextRange,
} from '../../protocol/index.ts'
import type { ConfigValues } from './config-schema.ts'
import type { Requirements } from './requirements.ts'

export interface ResolvedConfig {
  readonly values: ConfigValues
  /** Dotted key of each set leaf to the layer that set it: `model`, `sandbox_workspace_write.network_access`. */
  readonly origins: Readonly<Record<string, LayerName>>
  /** Highest precedence first; those that are not in force say why. */
  readonly layers: readonly ConfigLayerView[]
  /** What the values must keep to; absent where nobody requires anything. */
  readonly requirements?: Requirements | undefined
}

/** What overrides are held against. */
export type ConfigInForce = Pick<ResolvedConfig, 'values' | 'requirements'>

export interface ConfigWarning {
  readonly summary: string
  readonly details: string | null
  readonly path: string
  readonly range?: TextRange
}

/** The map of thread/start: plain or dotted keys. */
export type ThreadConfig = Readonly<Record<string, unknown>>

export interface WriteTarget {
  readonly filePath?: string | undefined
  readonly expectedVersion?: string | undefined
}

export interface EditPreview {
  readonly before: ResolvedConfig
  /** As if the edits that are not refused were in the file. */
  readonly after: ResolvedConfig
  readonly refused: readonly Refusal[]
}

export interface ConfigService {
  /**
   * The configuration in force now: defaults, system, user, profile, the project of `cwd` where it is trusted, command
   * line, and `threadLayer` on top. Reads a file again only when it changed. A file that does not parse is left out
   * (its last good content stays in force) and reported through `onWarning`, never thrown.
   * Throws SkeinError('invalidParams') naming the key when `threadLayer` does not fit the schema.
   */
  resolve(threadLayer?: ThreadConfig, cwd?: string): Promise<ResolvedConfig>
  /**
   * What a loaded thread works under after a change of the files: `current` with the user's layers of `next`, and
   * every other layer as it was. The same object when nothing of it changed. Both must come from this service.
   */
  refreshed(current: ResolvedConfig, next: ResolvedConfig): ResolvedConfig
  /** The answer to config/read. */
  read(includeLayers: boolean, cwd?: string): Promise<Result<'config/read'>>
  /**
   * Changes the user's config.toml: all edits or none, comments kept, the file replaced as a whole.
   * Throws SkeinError whose detail has `config_write_error_code`; the file is untouched then.
   */
  write(edits: readonly ConfigEdit[], target: WriteTarget): Promise<ConfigWritten>
  /** What `write` would do. Changes nothing. */
  previewWrite(edits: readonly ConfigEdit[], cwd?: string): Promise<EditPreview>
  /** Names of the features that are on. What it says at a thread's start holds for the thread's life. */
  enabledFeatures(config: ResolvedConfig): ReadonlySet<string>
  features(config: ResolvedConfig): Feature[]
  /**
   * For this process only; answers with what was set: names that are no features are passed over. Throws
   * SkeinError('invalidParams') for a value that requirements exclude.
   */
  setFeatures(enablement: Readonly<Record<string, boolean>>): Record<string, boolean>
  /** Each distinct problem once; problems known before the call are handed over at once. */
  onWarning(listener: (warning: ConfigWarning) => void): () => void
  /** Files that changed, by whomever; none when features were set. */
  onChange(listener: (files: readonly string[]) => void): () => void
  /** Ends the watching of files. */
  close(): void
}

// Port: the configuration of the profile as layers, read from files and the command line.
import type { ConfigLayerView, LayerName, Result } from '../../protocol/index.ts'
import type { ConfigValues } from './config-schema.ts'

export interface ResolvedConfig {
  readonly values: ConfigValues
  /** Dotted key of each set leaf to the layer that set it: `model`, `sandbox_workspace_write.network_access`. */
  readonly origins: Readonly<Record<string, LayerName>>
  /** Highest precedence first. */
  readonly layers: readonly ConfigLayerView[]
}

export interface ConfigWarning {
  readonly summary: string
  readonly details: string | null
  readonly path: string
}

export interface ConfigService {
  /**
   * The configuration in force now: defaults, system, user, command line, and `threadLayer` (the `config` map of
   * thread/start: plain or dotted keys) on top. Reads a file again only when it changed. A file that does not
   * parse is left out (its last good content stays in force) and reported through `onWarning`, never thrown.
   * Throws SkeinError('invalidParams') naming the key when `threadLayer` does not fit the schema.
   */
  resolve(threadLayer?: Readonly<Record<string, unknown>>): Promise<ResolvedConfig>
  /** The answer to config/read. */
  read(includeLayers: boolean): Promise<Result<'config/read'>>
  /** Each distinct problem once; problems known before the call are handed over at once. */
  onWarning(listener: (warning: ConfigWarning) => void): () => void
}

// What a window asks about configuration, one call to the app each: try, compare, write. Each rejects with a
// BridgeFailure that says why.
import type {
  Bridge,
  CallParams,
  ConfigEdit,
  ConfigWritten,
  Result,
  SnapshotRow,
  SnapshotSpan,
} from '../../protocol/index.ts'

export type Preview = Result<'skein/config/preview'>
export type PathVerdict = Result<'skein/sandbox/check'>
export type LayeredConfig = Result<'config/read'>

export interface ConfigCalls {
  /** What would change; nothing does. */
  preview(params: CallParams<'skein/config/preview'>): Promise<Preview>
  /** Under which settings turns ran, newest first; at most `SPANS_MAX`. */
  snapshotSpans(threadId: string): Promise<readonly SnapshotSpan[]>
  compare(left: string, right: string): Promise<readonly SnapshotRow[]>
  checkPath(threadId: string, path: string, snapshotId: string): Promise<PathVerdict>
  /** The files' view with every layer, as seen from that folder. */
  readLayers(cwd: string | undefined): Promise<LayeredConfig>
  /** Into the user's file, unless it has another version by now. */
  write(edits: readonly ConfigEdit[], expectedVersion?: string): Promise<ConfigWritten>
}

const SPANS_MAX = 100

export function createConfigCalls(bridge: Bridge): ConfigCalls {
  return {
    preview: (params) => bridge.request('skein/config/preview', params),
    async snapshotSpans(threadId) {
      const { data } = await bridge.request('skein/config/snapshot/list', {
        threadId,
        limit: SPANS_MAX,
      })
      return data
    },
    async compare(left, right) {
      return (await bridge.request('skein/config/snapshot/diff', { left, right })).rows
    },
    checkPath: (threadId, path, snapshotId) =>
      bridge.request('skein/sandbox/check', { threadId, path, snapshotId }),
    readLayers: (cwd) =>
      bridge.request('config/read', {
        includeLayers: true,
        ...(cwd === undefined ? {} : { cwd }),
      }),
    write: (edits, expectedVersion) =>
      bridge.request('config/batchWrite', {
        edits: [...edits],
        reloadUserConfig: true,
        ...(expectedVersion === undefined ? {} : { expectedVersion }),
      }),
  }
}

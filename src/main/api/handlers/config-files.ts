// The configuration files and features: read, written, switched.
import type { ConfigService } from '../../config/config-service.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { ThreadManager } from '../../threads/thread-manager.ts'
import type { Handlers } from '../router.ts'
import { limitOf, sliceOf } from './paging.ts'

type ConfigFileMethods =
  | 'config/read'
  | 'config/value/write'
  | 'config/batchWrite'
  | 'experimentalFeature/list'
  | 'experimentalFeature/enablement/set'

export function configFileHandlers(ports: {
  readonly config: ConfigService
  readonly manager: ThreadManager
}): Pick<Handlers, ConfigFileMethods> {
  const { config, manager } = ports
  return {
    'config/read': ({ includeLayers, cwd }) => config.read(includeLayers ?? false, cwd),

    'config/value/write': ({ keyPath, value, mergeStrategy, ...target }) =>
      config.write([{ keyPath, value, mergeStrategy }], target),

    'config/batchWrite': ({ edits, filePath, expectedVersion }) =>
      config.write(edits, { filePath, expectedVersion }),

    async 'experimentalFeature/list'({ threadId, cursor, limit }) {
      const thread = threadId === undefined ? undefined : manager.require(threadId)
      const features = config.features(thread?.config() ?? (await config.resolve()))
      const inForce = features.map((feature) => ({
        ...feature,
        enabled: thread?.enabled(feature.name) ?? feature.enabled,
      }))
      return sliceOf(inForce, cursor, limit === undefined ? inForce.length : limitOf(limit))
    },

    async 'experimentalFeature/enablement/set'({ enablement }) {
      if (Object.keys(enablement).length > FEATURES_MAX)
        throw new SkeinError('invalidParams', 'too many features')
      return { enablement: config.setFeatures(enablement) }
    },
  }
}

const FEATURES_MAX = 200

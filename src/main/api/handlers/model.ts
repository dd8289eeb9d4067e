// Models and providers: what can be chosen, and keys for them.
import type { Model, ModelProviderView } from '../../../protocol/index.ts'
import type { ConfigService, ResolvedConfig } from '../../config/config-service.ts'
import { SkeinError } from '../../lib/errors.ts'
import type { ModelProviders } from '../../model/model-client.ts'
import type { Handlers } from '../router.ts'
import { limitOf } from './paging.ts'

export function modelHandlers(ports: {
  readonly config: ConfigService
  providersOf(config: ResolvedConfig): ModelProviders
  defaultProvider(config: ResolvedConfig): string
  setKey(providerId: string, key: string | null): 'secretStore' | 'session' | 'none'
}): Pick<Handlers, 'model/list' | 'modelProvider/list' | 'skein/provider/key/set'> {
  const { config } = ports
  return {
    async 'model/list'({ cursor, limit, modelProvider, includeHidden }) {
      const resolved = await config.resolve()
      const chosen = modelProvider ?? ports.defaultProvider(resolved)
      const all: readonly Model[] = ports.providersOf(resolved).get(chosen).models()
      const models = all.filter((model) => includeHidden || !model.hidden)
      const from = cursor === undefined ? 0 : Number(cursor)
      if (!Number.isSafeInteger(from) || from < 0)
        throw new SkeinError('invalidParams', `invalid cursor: ${cursor ?? ''}`)
      if (from > models.length)
        throw new SkeinError(
          'invalidParams',
          `cursor ${from} exceeds total models ${models.length}`,
        )
      const end = from + limitOf(limit)
      return {
        data: models.slice(from, end),
        nextCursor: end < models.length ? String(end) : null,
      }
    },

    async 'modelProvider/list'() {
      const resolved = await config.resolve()
      const data = ports
        .providersOf(resolved)
        .list()
        .map(({ view }): ModelProviderView => view())
      return { data, defaultProviderId: ports.defaultProvider(resolved), canChangeDefault: true }
    },

    async 'skein/provider/key/set'({ providerId, key }) {
      ports.providersOf(await config.resolve()).get(providerId) // refuses what nobody configured
      return { stored: ports.setKey(providerId, key?.trim() ?? null) }
    },
  }
}

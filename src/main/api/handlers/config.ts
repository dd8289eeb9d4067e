// Permission profiles and accounts: what can be chosen.
import type { ConfigService } from '../../config/config-service.ts'
import { profileSummaries } from '../../threads/named-permissions.ts'
import type { Handlers } from '../router.ts'
import { limitOf, sliceOf } from './paging.ts'

type ConfigMethods = 'permissionProfile/list' | 'collaborationMode/list' | 'account/read'

export function configHandlers(ports: {
  readonly config: ConfigService
}): Pick<Handlers, ConfigMethods> {
  const { config } = ports

  return {
    async 'permissionProfile/list'({ cwd, cursor, limit }) {
      const resolved = await config.resolve(undefined, cwd)
      const allowed = resolved.requirements?.permissionProfile?.allowed
      const profiles = profileSummaries(resolved.values).map(({ id, description, problem }) => ({
        id,
        description: problem ?? description,
        allowed: problem === null && (allowed?.includes(id) ?? true),
      }))
      return sliceOf(profiles, cursor, limitOf(limit))
    },

    async 'collaborationMode/list'() {
      const common = { model: null, reasoning_effort: null }
      return {
        data: [
          { ...common, name: 'Plan', mode: 'plan', reasoning_effort: 'medium' },
          { ...common, name: 'Default', mode: 'default' },
        ],
      }
    },

    async 'account/read'() {
      return { account: null, userId: null, requiresOpenaiAuth: false, workspaceRouting: null }
    },
  }
}

// Whom a person trusts to configure Skein: what the configuration says of a folder, and how it is changed.
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { levelOf, type TrustLevel, trustedFolders } from './trust-level.ts'

/** Undefined while nobody was asked. */
export function useTrust(folder: string): TrustLevel | undefined {
  const { config } = useStores()
  const projects = useSelector(config, (state) => state.config.projects)
  return levelOf(projects, folder)
}

export function useTrustedFolders(): readonly (readonly [string, TrustLevel])[] {
  const { config } = useStores()
  const projects = useSelector(config, (state) => state.config.projects)
  return trustedFolders(projects)
}

/** Null: forget what was said. */
export function useSetTrust(): (folder: string, level: TrustLevel | null) => void {
  const stores = useStores()
  return (folder, level) => {
    const table = `projects.${JSON.stringify(folder)}`
    const edit =
      level === null
        ? { keyPath: table, value: null, mergeStrategy: 'replace' as const }
        : { keyPath: `${table}.trust_level`, value: level, mergeStrategy: 'replace' as const }
    void reportFailure(stores, stores.config.write([edit]))
  }
}

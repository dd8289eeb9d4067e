// Reads the table of folders that a person was asked about.

export type TrustLevel = 'trusted' | 'untrusted'

export function trustedFolders(projects: unknown): readonly (readonly [string, TrustLevel])[] {
  if (typeof projects !== 'object' || projects === null) return []
  return Object.entries(projects).flatMap(([folder, said]) => {
    const level = (said as { trust_level?: unknown } | null)?.trust_level
    return level === 'trusted' || level === 'untrusted' ? [[folder, level] as const] : []
  })
}

/** Of the folder, or of the nearest one above it that somebody was asked about. */
export function levelOf(projects: unknown, folder: string): TrustLevel | undefined {
  const known = new Map(trustedFolders(projects))
  const end = folder.replace(/(.)[/\\]+$/, '$1')
  for (let at = end; at !== ''; at = parentOf(at)) {
    const level = known.get(at)
    if (level !== undefined) return level
  }
  return undefined
}

function parentOf(folder: string): string {
  if (folder === '/') return ''
  const cut = Math.max(folder.lastIndexOf('/'), folder.lastIndexOf('\\'))
  return cut > 0 ? folder.slice(0, cut) : cut === 0 ? '/' : ''
}

// Paths as they are shown: short where the folder is known.

/** The path from `folder` on; the whole path when it lies elsewhere. */
export function shortPath(path: string, folder: string | undefined): string {
  if (!folder) return path
  const start = folder.endsWith('/') ? folder : `${folder}/`
  return path.startsWith(start) ? path.slice(start.length) : path
}

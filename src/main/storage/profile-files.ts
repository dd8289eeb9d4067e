// Where the files of a profile's store lie.
import { join } from 'node:path'

export function databaseFile(home: string): string {
  return join(home, 'skein.db')
}

/** Content of imported threads that is not in the database yet. */
export function packFolder(home: string): string {
  return join(home, 'imports')
}

/** There when the database was found damaged while it was in use: the next start rescues what is in it. */
export function damageMark(home: string): string {
  return join(home, 'skein.db.damaged')
}

/** What is carried out of a damaged database, until it is whole and takes its place. */
export function rescuedFile(home: string): string {
  return join(home, 'skein.rescued.db')
}

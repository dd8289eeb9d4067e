// Where the search index of a profile lies.
import { join } from 'node:path'

export function indexFile(home: string): string {
  return join(home, 'search.db')
}

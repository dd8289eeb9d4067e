// What a sign-in to an MCP server left: sealed by the operating system where it can, else in a file that only its
// owner can read. Which of the two it is, is said once in the log.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { SecretBox } from '../model/key-store.ts'

/** As the SDK hands them over; nothing here reads them. */
export interface Credentials {
  readonly client?: unknown
  readonly tokens?: unknown
}

export interface TokenStore {
  read(server: string, url: string): Promise<Credentials>
  write(server: string, url: string, credentials: Credentials): Promise<void>
}

const Stored = z.record(
  z.string(),
  z.object({ sealed: z.string().optional(), plain: z.unknown().optional() }),
)
type Stored = z.output<typeof Stored>

export function createTokenStore(options: {
  readonly home: string
  readonly logger: Logger
  readonly box: SecretBox | undefined
}): TokenStore {
  const { home, logger, box } = options
  const file = join(home, 'mcp-credentials.json')
  let hasTold = false
  let writing: Promise<unknown> = Promise.resolve()

  async function readAll(): Promise<Stored> {
    try {
      return Stored.parse(JSON.parse(await readFile(file, 'utf8')))
    } catch (thrown) {
      if ((thrown as { code?: unknown }).code !== 'ENOENT')
        logger.log('warn', `sign-ins to MCP servers cannot be read: ${messageOf(thrown)}`)
      return {}
    }
  }

  function entryOf(credentials: Credentials): Stored[string] {
    if (box?.isAvailable())
      return { sealed: box.seal(JSON.stringify(credentials)).toString('base64') }
    if (!hasTold)
      logger.log('warn', 'no secret store here: sign-ins to MCP servers are kept in a file', {
        file,
      })
    hasTold = true
    return { plain: credentials }
  }

  async function writeEntry(key: string, credentials: Credentials): Promise<void> {
    const all = { ...(await readAll()), [key]: entryOf(credentials) }
    await mkdir(home, { recursive: true })
    await writeFile(`${file}.tmp`, `${JSON.stringify(all)}\n`, { mode: 0o600 })
    await rename(`${file}.tmp`, file)
  }

  return {
    async read(server, url) {
      const entry = (await readAll())[keyOf(server, url)]
      if (!entry) return {}
      try {
        const sealed = entry.sealed
        if (sealed === undefined) return (entry.plain ?? {}) as Credentials
        return JSON.parse(box?.open(Buffer.from(sealed, 'base64')) ?? '{}') as Credentials
      } catch {
        logger.log('warn', `the sign-in to MCP server ${server} cannot be opened here`)
        return {}
      }
    },
    write(server, url, credentials) {
      const work = writing.then(() => writeEntry(keyOf(server, url), credentials))
      writing = work.catch(() => undefined)
      return work
    },
  }
}

/** Another address is another server, whatever its name is. */
function keyOf(server: string, url: string): string {
  return JSON.stringify([server, url])
}

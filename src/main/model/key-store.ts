// Keys of providers that a person entered: sealed by the operating system where it can, else kept for this session.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'

/** The secret store of the operating system, where the host has one. */
export interface SecretBox {
  /** False: nothing can be sealed here, now. */
  isAvailable(): boolean
  seal(text: string): Buffer
  /** Throws when it was sealed by somebody else. */
  open(sealed: Buffer): string
}

export type KeyPlace = 'secretStore' | 'session' | 'none'

export interface KeyStore {
  find(providerId: string): string | undefined
  placeOf(providerId: string): KeyPlace
  /** Null forgets the key. Returns where it is now. */
  set(providerId: string, key: string | null): KeyPlace
}

/** Provider to the sealed key, in base64. */
const SealedKeys = z.record(z.string(), z.string())
type SealedKeys = z.output<typeof SealedKeys>

export function createKeyStore(options: {
  readonly home: string
  readonly logger: Logger
  readonly box: SecretBox | undefined
}): KeyStore {
  const { home, logger, box } = options
  const file = join(home, 'keys.sealed.json')
  const session = new Map<string, string>()
  let opened: Map<string, string> | undefined

  function readSealed(): SealedKeys {
    try {
      return SealedKeys.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch (thrown) {
      if ((thrown as { code?: unknown }).code !== 'ENOENT')
        logger.log('warn', `stored keys cannot be read: ${messageOf(thrown)}`)
      return {}
    }
  }

  function writeSealed(keys: SealedKeys): void {
    if (Object.keys(keys).length === 0) {
      rmSync(file, { force: true })
      return
    }
    const temporary = `${file}.tmp`
    writeFileSync(temporary, `${JSON.stringify(keys)}\n`, { mode: 0o600 })
    renameSync(temporary, file)
  }

  /** Opened at first use: on some systems that asks the person. */
  function stored(): Map<string, string> {
    if (opened) return opened
    opened = new Map()
    if (!box?.isAvailable()) return opened
    for (const [id, sealed] of Object.entries(readSealed())) {
      try {
        opened.set(id, box.open(Buffer.from(sealed, 'base64')))
      } catch {
        logger.log('warn', `the stored key of model provider ${id} cannot be opened here`)
      }
    }
    return opened
  }

  function forget(providerId: string): void {
    session.delete(providerId)
    stored().delete(providerId)
    const { [providerId]: forgotten, ...rest } = readSealed()
    if (forgotten !== undefined) writeSealed(rest)
  }

  return {
    find: (providerId) => session.get(providerId) ?? stored().get(providerId),
    placeOf(providerId) {
      if (session.has(providerId)) return 'session'
      return stored().has(providerId) ? 'secretStore' : 'none'
    },
    set(providerId, key) {
      if (key === null) {
        forget(providerId)
        return 'none'
      }
      if (box?.isAvailable()) {
        stored().set(providerId, key)
        session.delete(providerId)
        const sealed = box.seal(key).toString('base64')
        writeSealed({ ...readSealed(), [providerId]: sealed })
        return 'secretStore'
      }
      session.set(providerId, key)
      return 'session'
    },
  }
}

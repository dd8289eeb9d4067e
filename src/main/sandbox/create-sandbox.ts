// Picks the sandbox of this platform and decides per command whether it applies.
import { SkeinError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { createBubblewrap } from './bubblewrap.ts'
import type { Places } from './permission-profile.ts'
import type { Confiner, Sandbox, SandboxCommand } from './sandbox.ts'
import { createSeatbelt } from './seatbelt.ts'
import { createUnconfined } from './unconfined.ts'

export interface SandboxOptions {
  readonly logger: Logger
  /** The app's own folder: commands never write there through a root around it. */
  readonly home?: string
  /** $TMPDIR by default. */
  readonly tmpdir?: string | null
  /** Of this platform by default. */
  readonly confiner?: Confiner
}

export function createSandbox(options: SandboxOptions): Sandbox {
  const { logger, home = null, tmpdir = process.env.TMPDIR ?? null } = options
  const confiner = options.confiner ?? confinerOf(process.platform)
  const unconfined = createUnconfined()
  const placesOf = (command: SandboxCommand): Places => ({
    cwd: command.cwd,
    workspaceRoots: command.workspaceRoots,
    tmpdir,
    home,
  })
  let availability: ReturnType<Sandbox['availability']> | undefined
  const known: Sandbox['availability'] = () => {
    availability ??= confiner.availability().then((found) => {
      if (!found.available) logger.log('warn', found.reason)
      return found
    })
    return availability
  }
  return {
    availability: known,
    async prepare(command) {
      const { profile } = command
      if (profile.type !== 'managed') return unconfined.prepare(command)
      const found = await known()
      if (!found.available) throw new SkeinError('denied', found.reason)
      return confiner.confine(command, profile, placesOf(command))
    },
  }
}

function confinerOf(platform: NodeJS.Platform): Confiner {
  if (platform === 'linux') return createBubblewrap()
  if (platform === 'darwin') return createSeatbelt()
  const reason = `the sandbox is not available: there is none for this platform (${platform})`
  return {
    availability: () => Promise.resolve({ available: false, reason }),
    confine: () => Promise.reject(new SkeinError('denied', reason)),
  }
}

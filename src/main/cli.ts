// The command line: `cli.js app-server` and `cli.js web`. Looks at the runtime and the arguments with what
// Node brings along, then loads the one host that was asked for: starting fast is this file's business.
import module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { version } from '../../package.json'
import type { Server } from './api/server.ts'
import { type Command, readArguments } from './host/arguments.ts'
import { ensureProfileFolder, profileFolder } from './host/profile.ts'
import type { Logger } from './lib/logger.ts'

/** better-sqlite3 crashes without a word on a Node that offers less. */
const NODE_API_MIN = 10

async function main(args: readonly string[]): Promise<void> {
  if (Number(process.versions.napi) < NODE_API_MIN) {
    throw new Error(
      `Node ${process.versions.node} is too old: run npm install again and start through npm, or use Node 22.14 or newer`,
    )
  }
  const command = readArguments(args, version)
  if (command.type === 'print') {
    process.stdout.write(command.text)
    return
  }
  // Code compiled once is read back on later starts; it lies beside the build and is as trusted as that.
  module.enableCompileCache?.(join(import.meta.dirname, '../compile-cache'))
  const home = profileFolder(process.env, homedir())
  ensureProfileFolder(home)
  await serve(command, home)
}

type HostCommand = Exclude<Command, { type: 'print' }>

async function serve(command: HostCommand, home: string): Promise<void> {
  const { createStderrLogger } = await import('./lib/logger.ts')
  const logger = createStderrLogger()
  if (command.type === 'app-server') await serveStdio(command, home, logger)
  else await serveWeb(command, home, logger)
  process.exit(0)
}

async function serveStdio({ overrides }: HostCommand, home: string, logger: Logger) {
  const [{ runStdio }, { lateServer }] = await Promise.all([
    import('./host/stdio/run.ts'),
    import('./api/late-server.ts'),
  ])
  const server = lateServer(() => loadApp(home, overrides, logger), { home, version })
  await runStdio(watched(server), logger)
}

async function serveWeb(command: HostCommand & { type: 'web' }, home: string, logger: Logger) {
  const [server, { runWeb }] = await Promise.all([
    loadApp(home, command.overrides, logger),
    import('./host/web/run.ts'),
  ])
  const root = join(import.meta.dirname, '../renderer')
  await runWeb({ server: watched(server), version, logger, root, port: command.port })
}

async function loadApp(
  home: string,
  overrides: readonly string[],
  logger: Logger,
): Promise<Server> {
  const [{ createStore }, { systemClock: clock }] = await Promise.all([
    import('./storage/create-store.ts'),
    import('./lib/clock.ts'),
  ])
  // Opens in a thread of its own while the rest is loaded in this one.
  const store = createStore({ home, logger, clock, appVersion: version })
  const { compose } = await import('./compose.ts')
  return compose({ home, version, env: process.env, logger, overrides, store })
}

/** A store that cannot be opened ends the process, whatever a client does meanwhile. */
function watched(server: Server): Server {
  server.ready.catch(fail)
  return server
}

function fail(error: unknown): never {
  process.stderr.write(`skein: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

main(process.argv.slice(2)).catch(fail)

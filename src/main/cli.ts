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
  const [{ compose }, { createStderrLogger }, runHost] = await Promise.all([
    import('./compose.ts'),
    import('./lib/logger.ts'),
    loadHost(command),
  ])
  const logger = createStderrLogger()
  const { env } = process
  const server = compose({ home, version, env, logger, overrides: command.overrides })
  // A store that cannot be opened ends the process, whatever a client does meanwhile.
  server.ready.catch(fail)
  await runHost(server, logger)
  process.exit(0)
}

type RunHost = (server: Server, logger: Logger) => Promise<void>

async function loadHost(command: HostCommand): Promise<RunHost> {
  if (command.type === 'app-server') {
    const { runStdio } = await import('./host/stdio/run.ts')
    return runStdio
  }
  const { runWeb } = await import('./host/web/run.ts')
  const root = join(import.meta.dirname, '../renderer')
  return (server, logger) => runWeb({ server, version, logger, root, port: command.port })
}

function fail(error: unknown): never {
  process.stderr.write(`skein: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

main(process.argv.slice(2)).catch(fail)

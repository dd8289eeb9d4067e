// The stdio host on this process's own streams, until the client or a signal ends it.
import type { Server } from '../../api/server.ts'
import type { Logger } from '../../lib/logger.ts'
import { onStopSignal } from '../stop-signal.ts'
import { serveStdio } from './connection.ts'

/** Settles when everything is durable and written out. */
export async function runStdio(server: Server, logger: Logger): Promise<void> {
  const host = serveStdio(server, { input: process.stdin, output: process.stdout }, logger)
  // Nobody may be left who reads the log; that is no reason to die.
  process.stderr.on('error', () => {})
  onStopSignal(() => host.stop())
  await host.closed
}

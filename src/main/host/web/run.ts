// The web host on this process's own output, until a signal ends it.
import { onStopSignal } from '../stop-signal.ts'
import { serveWeb, type WebHostOptions } from './http.ts'

/** Prints one JSON line `{"url": …}` for each address that may be opened. Settles after a clean end. */
export async function runWeb(options: Omit<WebHostOptions, 'announce'>): Promise<void> {
  const { server } = options
  await server.ready
  const stopped = new Promise<void>((resolve) => onStopSignal(resolve))
  const host = await serveWeb({
    ...options,
    announce: (url) => process.stdout.write(`${JSON.stringify({ url })}\n`),
  })
  await stopped
  await host.close()
  await server.shutdown()
}

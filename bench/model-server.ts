// The scripted model server as a process of its own, and what it spent on answering.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface ModelServer {
  /** For `base_url`. */
  readonly url: string
  /** Milliseconds from the complete request to its answer written, over all requests since the last call. */
  takeSpentMs(): Promise<number>
  close(): Promise<void>
}

interface Stats {
  readonly requests: readonly { arrivedAtMs: number; answeredAtMs: number | null }[]
}

const program = join(import.meta.dirname, '../test/responses-server-cli.ts')

export async function startModelServer(): Promise<ModelServer> {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()

  async function nextLine(): Promise<unknown> {
    const { done, value } = await lines.next()
    if (done) throw new Error('the scripted model server ended')
    return JSON.parse(value)
  }

  const { url } = (await nextLine()) as { url: string }
  return {
    url,
    async takeSpentMs() {
      child.stdin.write('stats\n')
      const { requests } = (await nextLine()) as Stats
      return requests.reduce((sum, { arrivedAtMs, answeredAtMs }) => {
        if (answeredAtMs === null) throw new Error('a turn ended before its model request did')
        return sum + answeredAtMs - arrivedAtMs
      }, 0)
    },
    async close() {
      child.stdin.end()
      await ended
    },
  }
}

// Attempts of one response: a stream that broke is tried again, as often as its provider allows, and said so.
import type { TurnError } from '../../../protocol/index.ts'
import { ModelError, type ModelProvider } from '../../model/model-client.ts'
import { retryDelayMs } from '../../model/retry.ts'
import type { TurnScope } from './turn-scope.ts'

export interface RetryPorts {
  readonly provider: ModelProvider
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** `broken` clears up after a failed attempt. Throws the last ModelError, or the signal's reason when cut. */
export async function withRetries<T>(
  scope: TurnScope,
  { provider, sleep }: RetryPorts,
  attempt: () => Promise<T>,
  broken: () => Promise<void>,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt()
    } catch (error) {
      scope.signal.throwIfAborted()
      if (!(error instanceof ModelError)) throw error
      await broken()
      if (!error.retryable || count > provider.streamMaxRetries) throw error
      scope.signalNow({
        type: 'retrying',
        turnId: scope.turnId,
        error: retryNotice(error, count, provider.streamMaxRetries),
      })
      await sleep(error.retryAfterMs ?? retryDelayMs(count), scope.signal)
    }
  }
}

function retryNotice(error: ModelError, attempt: number, max: number): TurnError {
  return {
    message: `Reconnecting... ${attempt}/${max}`,
    codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: statusOf(error.info) } },
    additionalDetails: error.details ?? error.message,
  }
}

/** The status that a failed connection was answered with, whatever kind of failure it was. */
function statusOf(info: ModelError['info']): number | null {
  if (typeof info === 'string') return null
  const [reason] = Object.values(info)
  return reason && 'httpStatusCode' in reason ? reason.httpStatusCode : null
}

/** What a stream that ended without its last event counts as. */
export function streamClosed(): ModelError {
  return new ModelError(
    'stream disconnected before completion: stream closed before response.completed',
    { info: 'other', retryable: true },
  )
}

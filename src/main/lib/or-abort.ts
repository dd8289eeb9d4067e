// What somebody waits for must not hold them longer than they want to wait.

/** Settles as `work`, or rejects with the signal's reason as soon as that is given; `work` goes on unheard. */
export function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    // Heard in any case: work that fails later is nobody's unhandled failure.
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

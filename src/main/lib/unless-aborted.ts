// Waiting that ends when it is told to.

/** Settles as `work` does, or rejects with the signal's reason once that aborts; `work` itself goes on. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    const give = (): void => reject(signal.reason as Error)
    if (signal.aborted) give()
    signal.addEventListener('abort', give, { once: true })
    stop = () => signal.removeEventListener('abort', give)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    stop()
  }
}

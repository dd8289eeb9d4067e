// Waits for a promise, but not for ever.

/** Resolves when `promise` settles, either way, or after `timeoutMs`. */
export async function settleWithin(promise: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([promise.catch(() => undefined), timeout])
  clearTimeout(timer)
}

// SIGTERM and SIGINT ask for a clean end; asked again, the process ends as it stands.

/** A terminal and a parent process may both pass on the same key stroke. */
const SAME_REQUEST_MS = 1_000
/** 128 + SIGINT, as shells count it. */
const EXIT_CODE_IMPATIENT = 130

export function onStopSignal(stop: () => void): void {
  let stoppedAtMs: number | undefined
  const onSignal = () => {
    if (stoppedAtMs === undefined) {
      stoppedAtMs = Date.now()
      stop()
    } else if (Date.now() - stoppedAtMs > SAME_REQUEST_MS) {
      process.exit(EXIT_CODE_IMPATIENT)
    }
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

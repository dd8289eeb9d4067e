// SIGTERM and SIGINT ask for a clean end; asked twice, the process ends as it stands.

/** 128 + SIGINT, as shells count it. */
const EXIT_CODE_IMPATIENT = 130

export function onStopSignal(stop: () => void): void {
  let isStopping = false
  const onSignal = () => {
    if (isStopping) process.exit(EXIT_CODE_IMPATIENT)
    isStopping = true
    stop()
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

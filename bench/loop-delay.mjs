// Loaded into the app-server under measurement: how long its main thread works without a pause. Between two ticks of a
// timer the thread's own CPU time is taken, so that what others do on this machine does not count. On SIGUSR2 it
// begins anew and writes the longest so far, in ms, into the file that SKEIN_BENCH_LOOP names.
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { setInterval } from 'node:timers'
import { isMainThread } from 'node:worker_threads'

const file = process.env.SKEIN_BENCH_LOOP
const spentMs = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

if (isMainThread && file) {
  let longest = 0
  let last = spentMs()
  setInterval(() => {
    const now = spentMs()
    longest = Math.max(longest, now - last)
    last = now
  }, 1).unref()
  process.on('SIGUSR2', () => {
    writeFileSync(file, String(longest))
    longest = 0
    last = spentMs()
  })
}

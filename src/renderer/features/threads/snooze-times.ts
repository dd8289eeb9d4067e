// The times that are offered for a snooze, as people name them.

export interface SnoozeTime {
  readonly name: string
  readonly atMs: number
}

const MORNING_HOUR = 9
const EVENING_HOUR = 18
const HOUR_MS = 3_600_000
const MONDAY = 1

/** Soonest first; what is past, or the same as an earlier one, is left out. */
export function snoozeTimes(now: Date): readonly SnoozeTime[] {
  const at = (daysOn: number, hour: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + daysOn, hour).getTime()
  const inAnHour = now.getTime() + HOUR_MS
  const toMonday = (MONDAY - now.getDay() + 7) % 7 || 7
  const times = [
    { name: 'In an hour', atMs: inAnHour },
    { name: 'This evening', atMs: at(0, EVENING_HOUR) },
    { name: 'Tomorrow morning', atMs: at(1, MORNING_HOUR) },
    { name: 'Next Monday', atMs: at(toMonday, MORNING_HOUR) },
  ]
  return times.filter(({ atMs }, index) => {
    const before = times.slice(0, index)
    return before.every((earlier) => earlier.atMs < atMs)
  })
}

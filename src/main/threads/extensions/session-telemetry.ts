// Counters of one live thread, for tests and diagnosis; they are never sent anywhere.
import { extensionKey } from './extension-data.ts'

export interface Measurement {
  readonly name: string
  readonly value: number
  readonly tags: Readonly<Record<string, string>>
}

/** Cheap to pass around; every measurement carries the tags of the thread. */
export interface SessionTelemetry {
  readonly tags: Readonly<Record<string, string>>
  counter(name: string, by?: number, tags?: Readonly<Record<string, string>>): void
  histogram(name: string, value: number, tags?: Readonly<Record<string, string>>): void
  /** The sum of a counter, over all tags that hold these. */
  sum(name: string, tags?: Readonly<Record<string, string>>): number
  /** Of a histogram, oldest first; of all histograms together at most `MEASUREMENTS_MAX` are kept. */
  measurements(name: string): readonly Measurement[]
}

/** Single values kept of histograms per thread; sums of counters are always kept. */
export const MEASUREMENTS_MAX = 1000

/** In the thread's store; whoever comes first makes it. */
export const sessionTelemetry = extensionKey<SessionTelemetry>('session telemetry')

export function createSessionTelemetry(tags: Readonly<Record<string, string>>): SessionTelemetry {
  const counters = new Map<string, Measurement>()
  let values: Measurement[] = []
  const holds = (measurement: Measurement, wanted: Readonly<Record<string, string>>): boolean =>
    Object.entries(wanted).every(([tag, value]) => measurement.tags[tag] === value)
  return {
    tags,
    counter(name, by = 1, own = {}) {
      const key = JSON.stringify([name, Object.entries(own).sort()])
      const value = (counters.get(key)?.value ?? 0) + by
      counters.set(key, { name, value, tags: { ...tags, ...own } })
    },
    histogram(name, value, own = {}) {
      values.push({ name, value, tags: { ...tags, ...own } })
      if (values.length > MEASUREMENTS_MAX) values = values.slice(-MEASUREMENTS_MAX / 2)
    },
    sum: (name, wanted = {}) =>
      [...counters.values()]
        .filter((measurement) => measurement.name === name && holds(measurement, wanted))
        .reduce((sum, { value }) => sum + value, 0),
    measurements: (name) => values.filter((measurement) => measurement.name === name),
  }
}

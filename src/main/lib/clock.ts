// The time, as something that can be handed in and set by tests.

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** The wire's unit for createdAt, startedAt and their like. */
export function toUnixSeconds(ms: number): number {
  return Math.floor(ms / 1000)
}

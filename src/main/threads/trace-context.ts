// The trace that work belongs to, as the W3C recommendation carries it: held by the asynchronous context, so that
// what an operation causes, a turn's requests among it, knows of it without being told.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { TraceContext } from '../model/model-client.ts'

const current = new AsyncLocalStorage<TraceContext | null>()

export function runInTrace<T>(trace: TraceContext | null, run: () => T): T {
  return current.run(trace, run)
}

export function currentTrace(): TraceContext | null {
  return current.getStore() ?? null
}

const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}$/

/** The trace's id; null for a carrier that cannot be read. */
export function traceIdOf(trace: TraceContext | null): string | null {
  return (trace?.traceparent && TRACEPARENT.exec(trace.traceparent)?.[1]) || null
}

/** A carrier that cannot be read is none. */
export function readableTrace(trace: TraceContext | null): TraceContext | null {
  return traceIdOf(trace) === null ? null : trace
}

// Under which settings an imported thread goes on is known in the main thread, together with all that settings are
// made of: readers would need a tenth of a second each to load it. So they ask, and wait: there are few different
// settings among many threads.
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { messageOf } from '../lib/errors.ts'
import type { StoredSnapshot } from '../storage/thread-event.ts'
import type { RolloutSettings } from './to-imported-thread.ts'

export type SnapshotOf = (settings: RolloutSettings) => StoredSnapshot

/** One end of the channel. */
export interface SnapshotLine {
  readonly port: MessagePort
  /** One Int32: not 0 once an answer lies in the port. Who waits for it hears of nothing else. */
  readonly answered: SharedArrayBuffer
}

type Answer = { readonly snapshot: StoredSnapshot } | { readonly error: string }

/** In the main thread. */
export function answerSnapshots({ port, answered }: SnapshotLine, snapshotOf: SnapshotOf): void {
  function answer(settings: RolloutSettings): Answer {
    try {
      return { snapshot: snapshotOf(settings) }
    } catch (thrown) {
      return { error: messageOf(thrown) }
    }
  }
  const flag = new Int32Array(answered)
  port.on('message', (settings: RolloutSettings) => {
    port.postMessage(answer(settings))
    Atomics.store(flag, 0, 1)
    Atomics.notify(flag, 0)
  })
}

/** In the thread of a reader; each of them is asked for once. */
export function askSnapshots({ port, answered }: SnapshotLine): SnapshotOf {
  const known = new Map<string, StoredSnapshot>()
  const flag = new Int32Array(answered)

  function ask(settings: RolloutSettings): StoredSnapshot {
    Atomics.store(flag, 0, 0)
    port.postMessage(settings)
    Atomics.wait(flag, 0, 0)
    const answer: Answer | undefined = receiveMessageOnPort(port)?.message
    if (answer && 'snapshot' in answer) return answer.snapshot
    throw new Error(answer?.error ?? 'no settings were made for the thread')
  }

  return (settings) => {
    const { turn, ...others } = settings
    // No more of a turn is looked at.
    const said = turn && {
      approval_policy: turn.approval_policy,
      sandbox_policy: turn.sandbox_policy,
    }
    const asked = { ...others, turn: said }
    const key = JSON.stringify(asked)
    const snapshot = known.get(key) ?? ask(asked)
    known.set(key, snapshot)
    return snapshot
  }
}

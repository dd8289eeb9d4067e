// When imported content is unpacked: a piece at a time between requests, first for those who wait, then at leisure.
import type { ImportPacks } from './import-packs.ts'
import type { PackedRequests } from './packed-requests.ts'
import type { ToWorker } from './worker-messages.ts'

/** One piece of work, at least a part of a thread, and the pause for what else is asked. */
const PIECE_MS = 8
const PAUSE_MS = 2

export interface Unpacking {
  /** Goes on by itself as long as there is something to unpack. */
  start(): void
  stop(): void
}

export interface UnpackingPorts {
  readonly packs: Pick<ImportPacks, 'hasAny' | 'unpackSome' | 'sweep'>
  readonly requests: Pick<PackedRequests, 'wanted' | 'look' | 'giveUp'>
  /** False while nothing should be written that nobody waits for. */
  isAtLeisure(): boolean
  /** False while files of packs are copied. */
  maySweep(): boolean
  /** Requests that waited can be answered. */
  serve(): void
  refuse(messages: readonly ToWorker[], reason: unknown): void
  log(message: string): void
}

export function createUnpacking(ports: UnpackingPorts): Unpacking {
  const { packs, requests } = ports
  let timer: NodeJS.Timeout | undefined

  function start(): void {
    if (timer) return
    const isWanted = requests.wanted() !== undefined
    const isIdle = !isWanted && !packs.hasAny()
    if (!isWanted && !ports.isAtLeisure()) return
    if (isIdle) {
      sweep()
      return
    }
    timer = setTimeout(work, isWanted ? 0 : PAUSE_MS).unref()
  }

  function work(): void {
    timer = undefined
    const threadId = requests.wanted()
    if (threadId === undefined && !ports.isAtLeisure()) return
    const isDone = unpackPiece(threadId)
    // Serving starts the next piece too.
    if (requests.look()) ports.serve()
    else if (isDone) start()
  }

  /** False when the disk or the content is in the way: tried again with the next request. */
  function unpackPiece(threadId: string | undefined): boolean {
    try {
      packs.unpackSome(PIECE_MS, threadId)
      return true
    } catch (thrown) {
      if (threadId !== undefined) ports.refuse(requests.giveUp(threadId), thrown)
      ports.log(`imported threads stay packed for now: ${thrown}`)
      return false
    }
  }

  function sweep(): void {
    if (!ports.maySweep()) return
    try {
      packs.sweep()
    } catch (thrown) {
      ports.log(`files of an import are left over: ${thrown}`)
    }
  }

  return {
    start,
    stop: () => clearTimeout(timer),
  }
}

// How the question about an item was decided: as this window saw it, or as the app recorded it.
import { Hand } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ApprovalView } from '../../../protocol/index.ts'
import type { Stores } from '../../state/stores.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { decisionWords } from './decision-words.ts'
import { useTimeline } from './timeline-context.tsx'

export function ApprovalLine({ itemId }: { itemId: string }) {
  const words = useDecision(itemId)
  if (words === null) return null
  return (
    <p className="approval-line">
      <Hand size={13} aria-hidden /> {words}
    </p>
  )
}

/** Null while nothing is known, or nobody was asked. */
function useDecision(itemId: string): string | null {
  const stores = useStores()
  const { thread } = useTimeline()
  const settled = useSelector(stores.approvals, (state) => state.settled)
  const [words, setWords] = useState<string | null>(null)
  useEffect(() => {
    let isWanted = true
    recorded(stores, thread, settled).then((views) => {
      const view = views.findLast((candidate) => candidate.itemId === itemId)
      if (isWanted && view) setWords(decisionWords(view))
    })
    return () => {
      isWanted = false
    }
  }, [stores, thread, settled, itemId])
  const state = settled.findLast(({ approval }) => approval.itemId === itemId)?.state
  return words ?? (state ? decisionWords({ state, decision: null, reviewer: null }) : null)
}

interface Reading {
  readonly after: unknown
  readonly views: Promise<readonly ApprovalView[]>
}

const readings = new WeakMap<ThreadStore, Reading>()

/** Read once for all cards of a thread, and again only when another question was settled. */
function recorded(stores: Stores, thread: ThreadStore, after: unknown): Reading['views'] {
  const known = readings.get(thread)
  if (known && known.after === after) return known.views
  // Without an answer the line is missing, no more: the item itself says whether it was declined.
  const views = stores.approvals.readEnded(thread.threadId).catch(() => [])
  readings.set(thread, { after, views })
  return views
}

// The turns of a thread as a feed. Only rows in view are in the page; the rows of a turn stand in its article.
import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useMemo, useRef } from 'react'
import { useSelector } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { disclosureOf } from './disclosure.ts'
import { JumpPill } from './jump-pill.tsx'
import { heightsOf, useKeptHeights } from './row-heights.ts'
import { itemsAfter, type TimelineRow } from './rows.ts'
import { recallPlace, useKeptPlace } from './scroll-place.ts'
import { type Timeline, TimelineContext, useTimeline, useTurnValue } from './timeline-context.tsx'
import { TimelineRowView } from './timeline-row.tsx'
import './transcript.css'
import { useScreenAround } from './screen-around.ts'
import {
  useLastSeen,
  useMeasuredAnew,
  useOlderTurns,
  useRows,
  useWidth,
} from './transcript-hooks.ts'
import { turnTitle } from './turn-rows.tsx'
import { useJump } from './use-jump.ts'
import { useTranscriptScroll } from './use-transcript-scroll.ts'
import { useTurnKeys } from './use-turn-keys.ts'

const PADDING_START = 16

export function Transcript({ thread }: { thread: ThreadStore }) {
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const disclosure = disclosureOf(thread)
  const heights = heightsOf(thread)
  const place = useMemo(() => recallPlace(thread), [thread])
  const width = useWidth(scroller, heights.width)
  const scroll = useTranscriptScroll({ scroller, content, startsFollowing: place === null })
  const rows = useRows(thread, scroll.follows)
  const isOpen = useCallback(
    (row: TimelineRow) => row.kind === 'item' && disclosure.getState().get(row.itemKey) === true,
    [disclosure],
  )
  // A new function would be taken for new rows, all of them.
  const getItemKey = useCallback((index: number) => rows[index]?.key ?? index, [rows])

  const { rangeExtractor, attach } = useScreenAround()
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey,
    estimateSize: (index) => {
      const row = rows[index]
      return row ? heights.get(row, width.current, isOpen(row)) : 0
    },
    // Fractions count: rounded heights add up to a step when rows leave the page.
    measureElement: (element, entry) =>
      entry?.borderBoxSize[0]?.blockSize ?? element.getBoundingClientRect().height,
    rangeExtractor,
    paddingStart: PADDING_START,

    // Rows put in front or taken out leave the first visible one where it is. Following is ours alone.
    anchorTo: 'end',
    scrollEndThreshold: -1,
  })
  attach(virtualizer)
  const goBack = useKeptPlace({ thread, rows, virtualizer, follows: scroll.follows })
  useOlderTurns(thread, scroller)
  const measureAnew = useCallback(() => {
    virtualizer.measure()
    goBack()
  }, [virtualizer, goBack])
  useMeasuredAnew(scroller, width, measureAnew)
  useKeptHeights({ heights, rows, width, isOpen, measured: virtualizer.itemSizeCache })
  useTurnKeys({ rows, virtualizer, jumpToEnd: scroll.jumpToEnd })
  const foundKey = useJump({ thread, rows, virtualizer, holdStill: scroll.holdStill })

  const lastSeen = useLastSeen(rows, scroll.isFollowing)
  const timeline = useMemo<Timeline>(
    () => ({ thread, disclosure, holdStill: scroll.holdStill }),
    [thread, disclosure, scroll.holdStill],
  )
  const visible = virtualizer.getVirtualItems()
  const first = visible[0]
  const last = visible.at(-1)
  return (
    <TimelineContext value={timeline}>
      <div
        ref={scroller}
        className="transcript"
        role="feed"
        aria-label="Transcript"
        data-testid="transcript"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
        tabIndex={0}
      >
        <div
          ref={content}
          className="transcript-content"
          style={{
            paddingTop: first?.start ?? 0,
            // Before the first measuring there are no rows; the place to go to must exist already.
            paddingBottom: virtualizer.getTotalSize() - (last?.end ?? 0),
          }}
        >
          {byTurn(rows, visible).map(({ turnId, items }) => (
            <TurnArticle key={turnId} turnId={turnId} isCutAbove={items[0]?.row.kind !== 'head'}>
              {items.map(({ index, row }) => (
                <div
                  key={row.key}
                  ref={virtualizer.measureElement}
                  data-index={index}
                  className={classOf(row)}
                  data-found={row.key === foundKey || undefined}
                >
                  <TimelineRowView row={row} />
                </div>
              ))}
            </TurnArticle>
          ))}
        </div>
      </div>
      {scroll.isAway && (
        <JumpPill thread={thread} newItems={itemsAfter(rows, lastSeen)} onJump={scroll.jumpToEnd} />
      )}
    </TimelineContext>
  )
}

function classOf(row: TimelineRow): string {
  return row.kind === 'item' ? `row row-item row-${row.role}` : `row row-${row.kind}`
}

interface TurnGroup {
  readonly turnId: string
  readonly items: { readonly index: number; readonly row: TimelineRow }[]
}

function byTurn(rows: readonly TimelineRow[], visible: readonly VirtualItem[]): TurnGroup[] {
  const groups: TurnGroup[] = []
  for (const { index } of visible) {
    const row = rows[index]
    if (!row) continue
    const group = groups.at(-1)
    if (group?.turnId === row.turnId) group.items.push({ index, row })
    else groups.push({ turnId: row.turnId, items: [{ index, row }] })
  }
  return groups
}

interface TurnArticleProps {
  turnId: string
  /** Its heading is out of view and not in the page. */
  isCutAbove: boolean
  children: ReactNode
}

function TurnArticle({ turnId, isCutAbove, children }: TurnArticleProps) {
  const title = useTurnValue(turnId, turnTitle)
  const number = useTurnValue(turnId, (turn) => turn.number) ?? null
  const { thread } = useTimeline()
  const turns = useSelector(thread, (state) => state.turns.length)
  return (
    <article
      aria-label={title}
      aria-posinset={number ?? undefined}
      aria-setsize={number === null ? -1 : turns}
      data-testid={`turn:${turnId}`}
      tabIndex={-1}
    >
      {isCutAbove && <h2 className="visually-hidden">{title}</h2>}
      {children}
    </article>
  )
}

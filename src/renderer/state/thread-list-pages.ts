// How the list is asked for: a page of it, and what stands on top of it.
import type { Bridge, CallParams, Result, ThreadSection } from '../../protocol/index.ts'
import { askedFor, type ThreadFilter } from './thread-filter.ts'
import { type ListOrder, sortParams } from './thread-order.ts'

const PAGE = 100

export type ThreadPage = Result<'thread/list'>

/** What is asked for now. */
export interface ListQuestion {
  readonly searchTerm: string
  readonly filter: ThreadFilter
  readonly view: 'active' | 'archived'
  readonly order: ListOrder
  /** The time that dates are counted from: the same for all pages of a list. */
  readonly askedMs: number
}

export interface ThreadListPages {
  /** From the start where `cursor` is null. Rejects with a BridgeFailure. */
  page(question: ListQuestion, cursor: string | null): Promise<ThreadPage>
  /** What stands on top whatever its age: the threads of sections in their order, and pinned ones. */
  top(question: ListQuestion, hasMore: boolean): Promise<readonly ThreadPage[]>
}

/** `sections`: those of the person, in their order. */
export function createThreadListPages(
  bridge: Bridge,
  sections: () => readonly ThreadSection[],
): ThreadListPages {
  function request(
    { searchTerm, filter, view, order, askedMs }: ListQuestion,
    cursor: string | null,
    more: CallParams<'thread/list'> = {},
  ): Promise<ThreadPage> {
    const { own, ...place } = askedFor(filter, askedMs)
    const { skein: sort, ...sorted } = sortParams(order)
    return bridge.request('thread/list', {
      limit: PAGE,
      archived: view === 'archived',
      ...(searchTerm !== '' && { searchTerm }),
      ...place,
      ...sorted,
      ...(cursor !== null && { cursor }),
      ...more,
      ...withSkein({ ...sort, ...more.skein, filter: { ...own, ...more.skein?.filter } }),
    })
  }

  return {
    page: (question, cursor) => request(question, cursor),
    top(question, hasMore) {
      const ofSections = sections().map(({ id }) =>
        request(question, null, {
          sectionId: id,
          sortKey: 'section_position',
          sortDirection: 'asc',
          skein: { sortKey: null },
        }),
      )
      const pinned = hasMore
        ? [request(question, null, { skein: { filter: { pinned: true } } })]
        : []
      return Promise.all([...ofSections, ...pinned])
    },
  }
}

type Extras = NonNullable<CallParams<'thread/list'>['skein']>

/** Nothing where nothing is asked beyond what every server knows. */
function withSkein({ sortKey, filter }: Extras): { skein?: Extras } {
  const isFiltered = Object.keys(filter ?? {}).length > 0
  const skein = { ...(sortKey && { sortKey }), ...(isFiltered && { filter }) }
  return Object.keys(skein).length > 0 ? { skein } : {}
}

// Tokens of the thread: how full its context is, what each turn and each model used, and limits of the provider.
import { useEffect, useState } from 'react'
import type { RateLimitWindow, TokenUsage } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { contextUsage } from '../../state/thread-state.ts'
import type { ThreadStore } from '../../state/thread-store.ts'
import type { Usage } from '../../state/usage-store.ts'
import { count } from '../../ui/relative-time.ts'
import { costText } from '../goals/goal-words.ts'
import './usage-tab.css'

export function UsageTab({ store }: { store: ThreadStore }) {
  const { usage, problem } = useUsage(store)
  if (problem !== null) return <p className="inspector-empty">{problem}</p>
  if (!usage || usage.total.responses === 0)
    return <p className="inspector-empty">No tokens were counted in this thread yet.</p>
  return (
    <>
      <Context store={store} />
      <section className="inspector-section" aria-label="Thread total">
        <h2 className="inspector-heading">Thread total</h2>
        <p className="inspector-sub">
          All {usage.total.responses} answers of models in this thread. Estimated cost:{' '}
          {usage.costMicros === null
            ? 'unknown, as the price of a model is not configured ([model_prices] in config.toml).'
            : `${costText(usage.costMicros)}, by the prices you configured.`}
        </p>
        <Breakdown usage={usage.total} />
      </section>
      <TurnsOf usage={usage} store={store} />
      {usage.byModel.length > 1 && <Models usage={usage} />}
      <Limits store={store} />
    </>
  )
}

/** Read again whenever a response was counted. */
function useUsage(store: ThreadStore) {
  const { usage } = useStores()
  const counted = useSelector(store, (state) => state.tokenUsage)
  const [read, setRead] = useState<{ usage: Usage | null; problem: string | null }>({
    usage: null,
    problem: null,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was counted is the reason to read, not what is read.
  useEffect(() => {
    let isCurrent = true
    usage.read(store.threadId).then(
      (found) => isCurrent && setRead({ usage: found, problem: null }),
      (error: unknown) => isCurrent && setRead({ usage: null, problem: messageOf(error) }),
    )
    return () => {
      isCurrent = false
    }
  }, [usage, store, counted])
  return read
}

function Context({ store }: { store: ThreadStore }) {
  const usage = useSelector(store, (state) => state.tokenUsage)
  const context = contextUsage(usage)
  if (!context) return null
  return (
    <section className="inspector-section" aria-label="Context">
      <h2 className="inspector-heading">Context, {context.percent} % used</h2>
      <p className="inspector-sub">
        The last request had {count(context.tokens)} of {count(context.window)} tokens that the
        model can hold at once.
      </p>
    </section>
  )
}

const parts: readonly (readonly [keyof TokenUsage, string])[] = [
  ['inputTokens', 'Input'],
  ['cachedInputTokens', 'of it cached'],
  ['cacheWriteInputTokens', 'of it written to the cache'],
  ['outputTokens', 'Output'],
  ['reasoningOutputTokens', 'of it reasoning'],
  ['totalTokens', 'Together'],
]

function Breakdown({ usage }: { usage: TokenUsage }) {
  return (
    <table className="usage-table">
      <tbody>
        {parts.map(([name, words]) => (
          <tr key={name}>
            <th scope="row">{words}</th>
            <td>{count(usage[name])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function TurnsOf({ usage, store }: { usage: Usage; store: ThreadStore }) {
  const { ui } = useStores()
  const turns = useSelector(store, (state) => state.turns)
  const most = Math.max(1, ...usage.byTurn.map(({ totalTokens }) => totalTokens))
  const nameOf = (turnId: string | null, atMs: number): string => {
    const number = turns.find(({ id }) => id === turnId)?.number
    return number ? `Turn ${number}` : new Date(atMs).toLocaleTimeString()
  }
  return (
    <section className="inspector-section" aria-label="Turns">
      <h2 className="inspector-heading">Latest turns</h2>
      <table className="usage-table">
        <thead className="visually-hidden">
          <tr>
            <th scope="col">Turn</th>
            <th scope="col">Share of the greatest</th>
            <th scope="col">Tokens</th>
          </tr>
        </thead>
        <tbody>
          {usage.byTurn.map(({ turnId, atMs, totalTokens }) => (
            <tr key={turnId}>
              <th scope="row">
                <button
                  type="button"
                  className="usage-turn"
                  onClick={() =>
                    turnId !== null && ui.actions.showItem(store.threadId, turnId, null)
                  }
                >
                  {nameOf(turnId, atMs)}
                </button>
              </th>
              <td className="usage-bar" aria-hidden>
                <span style={{ width: `${(totalTokens / most) * 100}%` }} />
              </td>
              <td>{count(totalTokens)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Models({ usage }: { usage: Usage }) {
  return (
    <section className="inspector-section" aria-label="Models">
      <h2 className="inspector-heading">Models</h2>
      <table className="usage-table">
        <tbody>
          {usage.byModel.map(({ model, totalTokens, costMicros }) => (
            <tr key={model}>
              <th scope="row">{model ?? 'unknown'}</th>
              <td>{count(totalTokens)}</td>
              <td>{costMicros === null ? 'cost unknown' : costText(costMicros)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Limits({ store }: { store: ThreadStore }) {
  const { usage } = useStores()
  const provider = useSelector(store, (state) => state.settings?.modelProvider ?? '')
  const limits = useSelector(usage, (state) => state.limits[provider])
  if (!limits) return null
  return (
    <section className="inspector-section" aria-label="Limits">
      <h2 className="inspector-heading">Limits of {provider}</h2>
      {limits.primary && <Limit window={limits.primary} />}
      {limits.secondary && <Limit window={limits.secondary} />}
    </section>
  )
}

function Limit({ window }: { window: RateLimitWindow }) {
  const { usedPercent, windowDurationMins, resetsAt } = window
  const per = windowDurationMins === null ? '' : ` of ${durationWords(windowDurationMins)}`
  const until = resetsAt === null ? '' : `, reset ${new Date(resetsAt * 1000).toLocaleString()}`
  return (
    <p className="inspector-sub">
      {Math.round(usedPercent)} % used{per}
      {until}
    </p>
  )
}

function durationWords(minutes: number): string {
  if (minutes >= 1440) return `${Math.round(minutes / 1440)} days`
  return minutes >= 60 ? `${Math.round(minutes / 60)} hours` : `${minutes} minutes`
}

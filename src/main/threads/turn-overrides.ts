// Overrides of one request, sorted by how long they count: from now on, or for this turn alone. Pure.
import type { ClearableSetting, TurnExtrasParams, TurnOverrides } from '../../protocol/index.ts'
import type { ConfigInForce } from '../config/config-service.ts'
import { SkeinError } from '../lib/errors.ts'
import { type ConfigSnapshot, snapshotOf } from './config-snapshot.ts'
import { applyOverrides } from './settings.ts'

/** How a request changes settings. */
export interface SettingsChange {
  /** From now on. Throws SkeinError('invalidParams') that names the refused field. */
  readonly settings: (current: ConfigSnapshot) => ConfigSnapshot
  /** Of the turn, from those of the thread; absent when nothing counts for the turn alone. */
  readonly turnSettings?: (current: ConfigSnapshot) => ConfigSnapshot
  /** The turn's own settings count where the input begins a turn, and are dropped where it joins one. */
  readonly mayJoin: boolean
  /** Names of the overrides that count for the turn alone. */
  readonly onlyThisTurn: readonly string[]
}

export type RequestOverrides = TurnOverrides & {
  /** The tier of a turn that begins with the request. */
  readonly serviceTierForTurn?: string | undefined
}

/** Throws SkeinError('invalidParams') for a name that is no override of the same request. */
export function settingsChange(
  { serviceTierForTurn: tier, ...overrides }: RequestOverrides,
  extras: TurnExtrasParams | undefined,
  config: ConfigInForce,
): SettingsChange {
  const given = definedIn(overrides)
  const names = withoutEnvironment(given, namesOf(extras?.onlyThisTurn, given))
  const isForTurn = ([name]: readonly [string, unknown]): boolean => names.includes(name)
  const lasting = Object.fromEntries(Object.entries(given).filter((entry) => !isForTurn(entry)))
  const passing = {
    ...Object.fromEntries(Object.entries(given).filter(isForTurn)),
    ...(tier !== undefined && { serviceTier: tier }),
  }
  const clear: readonly ClearableSetting[] = extras?.clear ?? []
  const settings = (current: ConfigSnapshot): ConfigSnapshot =>
    snapshotOf(applyOverrides(current, { ...lasting, clear }, 'thread', config))
  if (names.length === 0 && tier === undefined) return { settings, mayJoin: true, onlyThisTurn: [] }
  return {
    settings,
    turnSettings: (current) => snapshotOf(applyOverrides(current, passing, 'turn', config)),
    mayJoin: names.length === 0,
    onlyThisTurn: tier === undefined ? names : [...new Set([...names, 'serviceTier'])],
  }
}

function definedIn(overrides: TurnOverrides): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined))
}

/** An empty list of environments is for the turn it comes with. */
function withoutEnvironment(
  { environments }: Readonly<Record<string, unknown>>,
  names: readonly string[],
): readonly string[] {
  const isEmpty = Array.isArray(environments) && environments.length === 0
  return isEmpty ? [...new Set([...names, 'environments'])] : names
}

function namesOf(
  asked: TurnExtrasParams['onlyThisTurn'],
  given: Readonly<Record<string, unknown>>,
): readonly string[] {
  if (asked === undefined) return []
  if (asked === true) return Object.keys(given)
  const stranger = asked.find((name) => !Object.hasOwn(given, name))
  if (stranger !== undefined)
    throw new SkeinError(
      'invalidParams',
      `skein.onlyThisTurn: \`${stranger}\` is no override of this request that could last longer than its turn`,
      { field: 'skein.onlyThisTurn', value: stranger, allowed: Object.keys(given) },
    )
  return [...new Set(asked)]
}

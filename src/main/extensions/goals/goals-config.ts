// What config.toml says of goals.
import type { ConfigValues } from '../../config/config-schema.ts'
import { defaultConfig, type GoalsConfig, type Timers } from './goals-ports.ts'

export function goalsConfigOf({ goals = {} }: ConfigValues, enabled: boolean): GoalsConfig {
  const cap = goals.auto_turn_cap ?? defaultConfig.limits.autoTurnCap
  return {
    enabled,
    limits: {
      maxTokenBudget: goals.max_goal_token_budget ?? null,
      autoTurnCap: cap === 0 ? null : cap,
    },
    autoResume: goals.auto_resume ?? defaultConfig.autoResume,
    simultaneousMax: goals.max_simultaneous ?? defaultConfig.simultaneousMax,
  }
}

export const systemTimers: Timers = {
  monotonicMs: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

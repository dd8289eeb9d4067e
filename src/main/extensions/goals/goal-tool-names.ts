// The names of the tools that models have for goals.

export const GET_GOAL = 'get_goal'
export const CREATE_GOAL = 'create_goal'
export const UPDATE_GOAL = 'update_goal'
export const PARK_GOAL = 'park_goal'

export const GOAL_TOOLS: ReadonlySet<string> = new Set([
  GET_GOAL,
  CREATE_GOAL,
  UPDATE_GOAL,
  PARK_GOAL,
])

// The mode in which agent and person work together, and how it merges with model and effort. Pure.
import type {
  ClearableSetting,
  CollaborationMode,
  ModeKind,
  TurnOverrides,
} from '../../protocol/index.ts'
import { modeInstructions as instructionsOf } from '../instructions/mode-instructions.ts'

interface ModelSettings {
  readonly model: string
  readonly effort: string | null
  readonly mode: ModeKind
  /** Null: those that come with the mode. */
  readonly modeInstructions: string | null
}

/**
 * An explicit mode wins over model and effort of the same request; without one the mode and its instructions
 * are kept. Absent keeps, null (an effort in `clear`) clears, a value sets.
 */
export function modeChanges(
  overrides: Pick<TurnOverrides, 'model' | 'effort' | 'collaborationMode'>,
  clear: readonly ClearableSetting[],
): Partial<ModelSettings> {
  const { collaborationMode, model, effort } = overrides
  if (collaborationMode) {
    const { mode, settings } = collaborationMode
    return {
      mode,
      model: settings.model,
      effort: settings.reasoning_effort ?? null,
      modeInstructions: settings.developer_instructions ?? null,
    }
  }
  return {
    ...(model !== undefined && { model }),
    ...(effort !== undefined && { effort }),
    ...(clear.includes('effort') && { effort: null }),
  }
}

/** As the wire shows it: the mode with the settings that belong to it. */
export function collaborationModeOf(settings: ModelSettings): CollaborationMode {
  const { mode, model, effort, modeInstructions } = settings
  return {
    mode,
    settings: {
      model,
      reasoning_effort: effort,
      developer_instructions: instructionsOf(mode, modeInstructions),
    },
  }
}

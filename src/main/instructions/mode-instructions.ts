// What the model is told about the way it works with the person, unless the client brings its own words. Ours.
import type { ModeKind } from '../../protocol/index.ts'

const PLAN_MODE = `You are in plan mode. Work out with the person what should be done; do not do it yet.

- Look around as much as you need: read files, search, run commands that change nothing. Do not edit files, do not apply patches, and run nothing that writes outside temporary folders, even if you are asked to begin: say that plan mode must be left first.
- Clear up what you can by looking. Ask only what looking cannot answer and what would change the plan; offer the choices you see and the one you would take.
- When the plan is ready to be decided on, put it once, alone on its lines, between <proposed_plan> and </proposed_plan>, in Markdown: a title, a summary in a few sentences, the changes grouped by what they achieve, how the result is checked, and what you assumed. It must be complete enough that somebody else could carry it out without asking.
- If the person wants something different, propose a whole new plan; never a part of one.`

const DEFAULT_MODE =
  'You are in default mode: carry out what the person asks. Rules of any other mode that you were told of before no longer hold.'

/** Null when nothing needs to be said: the default mode of a thread that never had another. */
export function modeInstructions(mode: ModeKind, own: string | null): string | null {
  return own ?? (mode === 'plan' ? PLAN_MODE : null)
}

/** Said when a mode ends. */
export function modeChange(mode: ModeKind, own: string | null): string {
  return modeInstructions(mode, own) ?? DEFAULT_MODE
}

// Where the demo stands, read from the history alone: the ids of its own elements say which turn, script and
// step they belong to. So it needs no memory and goes on rightly after a retry, a steer or a restart.
import type { ModelRequest } from '../model-client.ts'
import type { ModelItem } from '../model-item.ts'

/** One response of the repertoire. */
export interface Place {
  readonly script: string
  readonly step: number
}

/** What a call of the step before came to. */
export interface CallResult {
  readonly output: string
  /** Null: it did not run, because someone said no or something was in the way. */
  readonly exitCode: number | null
}

/** What a request is for, when it is no answer to a person: read from what the app says around it. */
export type Occasion = 'planMode' | 'review' | 'summary' | null

export interface Scene {
  readonly occasion: Occasion
  /** The person's latest words when the turn began. */
  readonly words: string
  /** True when the demo never spoke in this thread before this turn. */
  readonly isFirstTurn: boolean
  /** Script and step that were played last in this turn; null at its beginning. */
  readonly last: Place | null
  /** Of the commands and patches of the step before, in the order of the calls. */
  readonly results: readonly CallResult[]
  /** What the person said since the step before. */
  readonly steered: readonly string[]
  /** Turns that the app continued for a goal, before this one; null when this turn is none of them. */
  readonly goalTurns: number | null
  /** True when nothing should take time. */
  readonly isInstant: boolean
}

/** Mark of an element: `<kind>_demo_<turn>_<script>_<step>_<number>`. */
const mark = /^(?:msg|rs|call)_demo_(?<turn>.+)_(?<script>[a-z]+)_(?<step>\d+)_\d+$/

export type ElementKind = 'msg' | 'rs' | 'call'

export function elementId(kind: ElementKind, turnId: string, place: Place, number: number): string {
  return `${kind}_demo_${turnId}_${place.script}_${place.step}_${number}`
}

export function sceneOf(
  request: Pick<ModelRequest, 'input' | 'turnId' | 'instructions'>,
  isInstant: boolean,
): Scene {
  const { input, turnId } = request
  const marks = input.map(markOf)
  const lastIndex = marks.findLastIndex((found) => found?.turn === turnId)
  const firstIndex = marks.findIndex((found) => found?.turn === turnId)
  const played = marks[lastIndex]
  const before = played ? input.slice(0, firstIndex) : input
  const after = played ? input.slice(lastIndex + 1) : []
  return {
    occasion: occasionIn(request),
    words: before.flatMap(personsWords).at(-1) ?? '',
    isFirstTurn: marks.every((found) => found === null || found.turn === turnId),
    last: played ? { script: played.script, step: played.step } : null,
    results: played ? resultsOf(input, played) : [],
    steered: after.flatMap(personsWords),
    goalTurns: goalTurnsBefore(input, marks, turnId, played),
    isInstant,
  }
}

/** The app's note that starts such a turn stands behind everything the demo said before. */
function goalTurnsBefore(
  input: readonly ModelItem[],
  marks: readonly (Mark | null)[],
  turnId: string,
  played: Mark | null | undefined,
): number | null {
  const newest = input.slice(marks.findLastIndex((found) => found !== null) + 1)
  const isOne = played ? played.script === 'goal' : newest.some(isContinuation)
  if (!isOne) return null
  const turns = marks.filter((found) => found?.script === 'goal' && found.turn !== turnId)
  return new Set(turns.map((found) => found?.turn)).size
}

function isContinuation(item: ModelItem): boolean {
  return item.type === 'message' && textOf(item.content).startsWith('<goal_continuation>')
}

function occasionIn({
  input,
  instructions,
}: Pick<ModelRequest, 'input' | 'instructions'>): Occasion {
  const last = input.at(-1)
  if (last && textOf(last.content).startsWith('<compaction_request>')) return 'summary'
  if (instructions.startsWith('You review a change')) return 'review'
  const modes = input
    .filter((item) => item.role === 'developer')
    .map((item) => /<collaboration_mode>\s*You are in (\w+) mode/.exec(textOf(item.content))?.[1])
  return modes.findLast((mode) => mode !== undefined) === 'plan' ? 'planMode' : null
}

interface Mark extends Place {
  readonly turn: string
}

function markOf(item: ModelItem): Mark | null {
  const id = item.type.endsWith('_call') ? item.call_id : item.id
  const found = typeof id === 'string' ? mark.exec(id)?.groups : undefined
  if (!found) return null
  return { turn: found.turn ?? '', script: found.script ?? '', step: Number(found.step) }
}

function resultsOf(input: readonly ModelItem[], played: Mark): readonly CallResult[] {
  const prefix = `call_demo_${played.turn}_${played.script}_${played.step}_`
  const isOfStep = (item: ModelItem): boolean => String(item.call_id).startsWith(prefix)
  const plans = new Set(
    input.filter((item) => item.name === 'update_plan').map((item) => item.call_id),
  )
  return input
    .filter((item) => item.type.endsWith('_call_output') && isOfStep(item))
    .filter((item) => !plans.has(item.call_id))
    .map(({ output }) => {
      const text = typeof output === 'string' ? output : textOf(output)
      const code = /^(?:Process exited with code|Exit code:) (-?\d+)$/m.exec(text)?.[1]
      return { output: text, exitCode: code === undefined ? null : Number(code) }
    })
}

/** True when everything of the step before ran and ended well. */
export function ran(scene: Scene): boolean {
  return scene.results.length > 0 && scene.results.every(({ exitCode }) => exitCode === 0)
}

/** In a few words, why something of the step before did not come about. */
export function reasonOf(scene: Scene): string {
  const failed = scene.results.find(({ exitCode }) => exitCode !== 0)
  if (!failed) return 'no answer came'
  if (failed.exitCode !== null) return `exit code ${failed.exitCode}`
  const [line = ''] = failed.output.trim().split('\n')
  return line.slice(0, 120) || 'no reason given'
}

/** Texts in tags are the app's notes to the model (environment, instructions), not a person's words. */
function personsWords(item: ModelItem): readonly string[] {
  if (item.type !== 'message' || item.role !== 'user') return []
  const text = (typeof item.content === 'string' ? item.content : textOf(item.content)).trim()
  return text === '' || text.startsWith('<') ? [] : [text]
}

function textOf(parts: unknown): string {
  if (!Array.isArray(parts)) return ''
  const texts = parts.map((part: { text?: unknown } | null) => part?.text)
  return texts.filter((text) => typeof text === 'string').join('\n')
}

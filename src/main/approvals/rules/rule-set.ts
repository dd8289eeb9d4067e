// What the rules say of a command: every simple command in it is looked up, and the strictest word counts. Pure.
import path from 'node:path'
import { heredocCommand, literalCommands, scriptOf, splitScript } from '../../tools/shell-script.ts'
import { type PrefixRule, type RuleDecision, startsWith } from './parse-rules.ts'

/** A rule with the file it stands in. */
export interface PlacedRule extends Omit<PrefixRule, 'start' | 'end'> {
  /** Stays the same as long as the rule says the same in the same file. */
  readonly id: string
  readonly file: string
}

export interface RuleSet {
  readonly rules: readonly PlacedRule[]
  /** Paths that may stand for a program's bare name; a name without an entry stands for any path of it. */
  readonly executables: ReadonlyMap<string, readonly string[]>
}

export const noRules: RuleSet = { rules: [], executables: new Map() }

export interface RuleVerdict {
  /** The strictest rule that matches any part. */
  readonly rule: PlacedRule | null
  /** Every part is allowed by a rule: then nothing confines it. */
  readonly allAllowed: boolean
  /** The parts that no rule matches. */
  readonly unmatched: readonly SimplePart[]
  /** False when the command could not be taken apart. */
  readonly isPlain: boolean
  /** Its words say only what reads a text that they do not show. */
  readonly isHeredoc: boolean
  /** All rules that matched. */
  readonly matched: readonly PlacedRule[]
}

export interface SimplePart {
  readonly words: readonly string[]
  readonly hasGlob: boolean
}

const STRICTNESS: Record<RuleDecision, number> = { allow: 0, prompt: 1, forbidden: 2 }

/** Shells inside shells are followed this deep. */
const NESTED_MAX = 4

export function judgeByRules(set: RuleSet, argv: readonly string[]): RuleVerdict {
  const { parts, isPlain, isHeredoc } = partsOf(argv)
  const found = parts.map((part) => ({ part, rules: matching(set, part.words) }))
  // What cannot be taken apart may still hold what a rule forbids.
  const hidden = set.rules.length === 0 ? [] : hiddenCommands(argv, 0)
  const strict = hidden
    .flatMap((words) => matching(set, words))
    .filter(({ decision }) => decision !== 'allow')
  const matched = [...found.flatMap(({ rules }) => rules), ...strict]
  const unmatched = found.filter(({ rules }) => rules.length === 0).map(({ part }) => part)
  const rule = strictest(matched)
  return {
    rule,
    unmatched,
    isPlain,
    isHeredoc,
    allAllowed: rule?.decision === 'allow' && unmatched.length === 0,
    matched: [...new Set(matched)],
  }
}

/** The simple commands of an argv; the argv itself where it is none of our shells, or too complex to take apart. */
function partsOf(argv: readonly string[]): {
  parts: readonly SimplePart[]
  isPlain: boolean
  isHeredoc: boolean
} {
  const whole = [{ words: argv, hasGlob: false }]
  const script = scriptOf(argv)
  if (script === undefined) return { parts: whole, isPlain: true, isHeredoc: false }
  const split = splitScript(script)
  if (split)
    return { parts: split.flatMap((part) => nested(part)), isPlain: true, isHeredoc: false }
  const words = heredocCommand(script)
  if (words) return { parts: [{ words, hasGlob: false }], isPlain: false, isHeredoc: true }
  return { parts: whole, isPlain: false, isHeredoc: false }
}

function nested(part: SimplePart): readonly SimplePart[] {
  const script = scriptOf(part.words)
  const inner = script === undefined ? undefined : splitScript(script)
  return inner ?? [part]
}

function hiddenCommands(words: readonly string[], nesting: number): readonly (readonly string[])[] {
  const script = nesting > NESTED_MAX ? undefined : scriptOf(words)
  if (script === undefined) return [words]
  return literalCommands(script).flatMap((command) => hiddenCommands(command, nesting + 1))
}

function matching(set: RuleSet, words: readonly string[]): readonly PlacedRule[] {
  const exact = set.rules.filter(({ pattern }) => startsWith(words, pattern))
  if (exact.length > 0) return exact
  const [program = '', ...args] = words
  if (!path.isAbsolute(program)) return []
  const name = path.basename(program)
  const listed = set.executables.get(name)
  return set.rules.filter(({ pattern, decision }) => {
    if (!startsWith([name, ...args], pattern)) return false
    // What is forbidden is forbidden wherever it lies; what is allowed only where it is known to lie.
    return decision !== 'allow' || listed === undefined || listed.includes(program)
  })
}

function strictest(rules: readonly PlacedRule[]): PlacedRule | null {
  return rules.reduce<PlacedRule | null>(
    (worst, rule) =>
      worst && STRICTNESS[worst.decision] >= STRICTNESS[rule.decision] ? worst : rule,
    null,
  )
}

const INTERPRETERS =
  /^(?:python[\d.]*|node|perl|ruby|php|lua|bash|sh|zsh|dash|fish|pwsh|powershell|env|sudo|git|osascript)$/
const EVAL_FLAG = /^-(?:[a-z]*c|e|r|E|m|-eval|-command|-print|p)$/

/** True for words that would let nearly anything pass: an interpreter alone, or told to run what follows. */
export function isTooBroad(prefix: readonly string[]): boolean {
  const [program = '', flag, ...rest] = prefix
  if (prefix.length === 0 || prefix.some((word) => word === '')) return true
  if (!INTERPRETERS.test(path.basename(program))) return false
  return flag === undefined || (EVAL_FLAG.test(flag) && rest.length === 0)
}

// Reads rules files: calls with literal arguments in the syntax of Starlark, nothing else of that language. Pure.
import { splitScript } from '../../tools/shell-script.ts'

export type RuleDecision = 'allow' | 'prompt' | 'forbidden'

/** One or several words that may stand at a place. */
export type PatternWord = readonly string[]

export interface PrefixRule {
  readonly pattern: readonly PatternWord[]
  readonly decision: RuleDecision
  readonly justification: string | null
  /** Where the call stands in its file, in characters: what a deletion takes out. */
  readonly start: number
  readonly end: number
}

export interface HostExecutable {
  readonly name: string
  readonly paths: readonly string[]
}

export interface ParsedRules {
  readonly rules: readonly PrefixRule[]
  readonly executables: readonly HostExecutable[]
}

export class RulesError extends Error {
  /** 1-based. */
  readonly line: number

  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

type Value = string | readonly Value[]

interface Call {
  readonly name: string
  readonly args: ReadonlyMap<string, Value>
  readonly start: number
  readonly end: number
  readonly line: number
}

/** Throws RulesError; a file is good as a whole or not at all. */
export function parseRules(text: string): ParsedRules {
  const rules: PrefixRule[] = []
  const executables: HostExecutable[] = []
  const reader = new Reader(text)
  for (let call = reader.call(); call; call = reader.call()) {
    if (call.name === 'prefix_rule') rules.push(prefixRule(call))
    else if (call.name === 'host_executable') executables.push(hostExecutable(call))
    // The network is on or off here; what other programs noted about hosts is left as it is.
    else if (call.name !== 'network_rule')
      throw new RulesError(`there is no \`${call.name}\``, call.line)
  }
  return { rules, executables }
}

const DECISIONS: readonly RuleDecision[] = ['allow', 'prompt', 'forbidden']
const PREFIX_RULE_ARGS = ['pattern', 'decision', 'justification', 'match', 'not_match']

function prefixRule(call: Call): PrefixRule {
  refuseUnknown(call, PREFIX_RULE_ARGS)
  const pattern = patternOf(call)
  const decision = text(call, 'decision') ?? 'allow'
  const known = DECISIONS.find((candidate) => candidate === decision)
  if (!known)
    throw new RulesError(
      `decision must be one of ${DECISIONS.join(', ')}, not ${decision}`,
      call.line,
    )
  const rule = {
    pattern,
    decision: known,
    justification: text(call, 'justification') ?? null,
    start: call.start,
    end: call.end,
  }
  for (const example of examples(call, 'match'))
    if (!startsWith(example, pattern))
      throw new RulesError(`the example \`${example.join(' ')}\` does not match`, call.line)
  for (const example of examples(call, 'not_match'))
    if (startsWith(example, pattern))
      throw new RulesError(`the example \`${example.join(' ')}\` must not match`, call.line)
  return rule
}

function hostExecutable(call: Call): HostExecutable {
  refuseUnknown(call, ['name', 'paths'])
  const name = text(call, 'name')
  if (!name) throw new RulesError('host_executable needs a name', call.line)
  return { name, paths: words(call, call.args.get('paths') ?? []) }
}

function refuseUnknown(call: Call, known: readonly string[]): void {
  for (const name of call.args.keys())
    if (!known.includes(name))
      throw new RulesError(`${call.name} has no argument \`${name}\``, call.line)
}

function patternOf(call: Call): readonly PatternWord[] {
  const value = call.args.get('pattern')
  if (value === undefined || typeof value === 'string' || value.length === 0)
    throw new RulesError('prefix_rule needs a pattern: a list of words', call.line)
  return value.map((word) => {
    const alternatives = typeof word === 'string' ? [word] : words(call, word)
    if (alternatives.length === 0 || alternatives.includes(''))
      throw new RulesError('a word of a pattern must not be empty', call.line)
    return alternatives
  })
}

function words(call: Call, value: Value): readonly string[] {
  if (typeof value === 'string') throw new RulesError('expected a list of strings', call.line)
  return value.map((word) => {
    if (typeof word !== 'string') throw new RulesError('expected a list of strings', call.line)
    return word
  })
}

function text(call: Call, name: string): string | undefined {
  const value = call.args.get(name)
  if (value !== undefined && typeof value !== 'string')
    throw new RulesError(`${name} must be a string`, call.line)
  return value
}

function examples(call: Call, name: string): readonly (readonly string[])[] {
  const value = call.args.get(name) ?? []
  if (typeof value === 'string') throw new RulesError(`${name} must be a list`, call.line)
  return value.map((example) => {
    if (typeof example !== 'string') return words(call, example)
    const commands = splitScript(example)
    const [only] = commands ?? []
    if (!only || commands?.length !== 1)
      throw new RulesError(`the example \`${example}\` is not one plain command`, call.line)
    return only.words
  })
}

/** True when every word of the pattern stands at its place. */
export function startsWith(command: readonly string[], pattern: readonly PatternWord[]): boolean {
  return pattern.every((alternatives, index) => alternatives.includes(command[index] ?? ''))
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The next call of the file; undefined at its end. */
  call(): Call | undefined {
    this.#skip()
    if (this.#at >= this.#text.length) return undefined
    const start = this.#at
    const line = this.#line()
    const name = this.#match(/[A-Za-z_]\w*/y)
    if (name === undefined) throw this.#error('expected the name of a call')
    this.#expect('(')
    const args = new Map<string, Value>()
    while (!this.#take(')')) {
      const key = this.#key(args.size)
      if (args.has(key)) throw this.#error(`\`${key}\` is given twice`)
      args.set(key, this.#value())
      if (!this.#take(',') && !this.#peek(')')) throw this.#error("expected ',' or ')'")
    }
    return { name, args, start, end: this.#at, line }
  }

  /** The first argument may come without its name. */
  #key(index: number): string {
    this.#skip()
    const from = this.#at
    const name = this.#match(/[A-Za-z_]\w*/y)
    if (name !== undefined) {
      this.#expect('=')
      return name
    }
    this.#at = from
    if (index > 0) throw this.#error('expected the name of an argument')
    return 'pattern'
  }

  #value(): Value {
    this.#skip()
    if (!this.#take('[')) return this.#string()
    const list: Value[] = []
    while (!this.#take(']')) {
      list.push(this.#value())
      if (!this.#take(',') && !this.#peek(']')) throw this.#error("expected ',' or ']'")
    }
    return list
  }

  #string(): string {
    const quoted = this.#match(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y)
    if (quoted === undefined) throw this.#error('expected a string or a list')
    return quoted.slice(1, -1).replace(ESCAPE, (whole, octal?: string, hex?: string) => {
      const code =
        octal === undefined ? Number.parseInt(hex?.slice(1) ?? '', 16) : Number.parseInt(octal, 8)
      if (Number.isNaN(code)) return ESCAPES[whole.slice(1)] ?? whole.slice(1)
      if (code > 0x10_ff_ff) throw this.#error(`no such character: ${whole}`)
      return String.fromCodePoint(code)
    })
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  #skip(): void {
    this.#match(/(?:\s|#[^\n]*)*/y)
  }

  #peek(char: string): boolean {
    this.#skip()
    return this.#text[this.#at] === char
  }

  #take(char: string): boolean {
    if (!this.#peek(char)) return false
    this.#at++
    return true
  }

  #expect(char: string): void {
    if (!this.#take(char)) throw this.#error(`expected '${char}'`)
  }

  #line(): number {
    return this.#text.slice(0, this.#at).split('\n').length
  }

  #error(problem: string): RulesError {
    return new RulesError(problem, this.#line())
  }
}

/** A character by its number, octal or hexadecimal, or by a letter. */
const ESCAPE = /\\(?:([0-7]{1,3})|(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})|.)/g
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

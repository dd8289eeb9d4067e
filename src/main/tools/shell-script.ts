// Reads shell scripts with a real parser and accepts only what it fully understands: plain words joined by
// `&&`, `||`, `;`, `|` and line ends. Anything else is "not splittable", never "safe".
import path from 'node:path'
import {
  type Command,
  forEachChild,
  parse,
  type SyntaxNode,
  type Word,
  type WordPart,
} from 'unbash'

/** A command of plain words, and what joins it to the one before (`null` for the first). */
export interface SimpleCommand {
  readonly words: readonly string[]
  readonly joinedBy: '&&' | '||' | ';' | '|' | null
  /** True when an unquoted `*`, `?` or `[` stands in an argument: the shell may put other words there. */
  readonly hasGlob: boolean
}

const shells: ReadonlySet<string> = new Set(['bash', 'sh', 'zsh'])

/** The script of `bash -c SCRIPT` and its like; undefined for any other argv. */
export function scriptOf(argv: readonly string[]): string | undefined {
  const [shell, flag, script] = argv
  if (argv.length !== 3 || shell === undefined || !shells.has(path.basename(shell)))
    return undefined
  return flag === '-c' || flag === '-lc' ? script : undefined
}

/** The simple commands of a script, or undefined when it holds anything but plain words and joiners. */
export function splitScript(script: string): readonly SimpleCommand[] | undefined {
  try {
    const ast = parse(script)
    if (ast.errors && ast.errors.length > 0) return undefined
    const found: FoundCommand[] = []
    for (const statement of ast.commands) {
      if (statement.background) return undefined
      if (!collect(statement.command, found.length === 0 ? null : ';', found)) return undefined
    }
    const simple = found.map(({ command, ...rest }) => rest)
    return found.length > 0 && isAllAccountedFor(script, found) ? simple : undefined
  } catch {
    // A parser that trips over its input has not understood it.
    return undefined
  }
}

interface FoundCommand extends SimpleCommand {
  readonly command: Command
}

/** The parser mends broken scripts silently: whatever is not a word of ours must be a blank or a joiner. */
function isAllAccountedFor(script: string, found: readonly FoundCommand[]): boolean {
  const words = found.flatMap(({ command }) => [command.name, ...command.suffix])
  let rest = ''
  let at = 0
  for (const word of words) {
    if (!word) continue
    rest += ` ${script.slice(at, word.pos)}`
    at = word.end
  }
  return /^(?:[ \t\n;|]|&&)*$/.test(rest + script.slice(at))
}

function collect(
  node: SyntaxNode,
  joinedBy: SimpleCommand['joinedBy'],
  found: FoundCommand[],
): boolean {
  switch (node.type) {
    case 'AndOr':
      return node.commands.every((command, index) =>
        collect(command, index === 0 ? joinedBy : (node.operators[index - 1] ?? null), found),
      )
    case 'Pipeline':
      if (node.prefixes.length > 0 || node.operators.some((operator) => operator !== '|'))
        return false
      return node.commands.every((command, index) =>
        collect(command, index === 0 ? joinedBy : '|', found),
      )
    case 'Command': {
      const simple = simpleCommand(node)
      if (simple) found.push({ ...simple, joinedBy, command: node })
      return simple !== undefined
    }
    default:
      return false
  }
}

function simpleCommand(command: Command): Omit<SimpleCommand, 'joinedBy'> | undefined {
  if (!command.name || command.prefix.length > 0) return undefined
  const name = plainWord(command.name)
  if (!name || name.hasGlob) return undefined
  const words = [name.text]
  let hasGlob = false
  for (const argument of command.suffix) {
    const word = argument.type === 'Word' ? plainWord(argument) : undefined
    if (!word) return undefined
    words.push(word.text)
    hasGlob ||= word.hasGlob
  }
  return { words, hasGlob }
}

/** The word as the command will get it, as far as it is written out; undefined when the shell computes it. */
function plainWord(word: Word): { text: string; hasGlob: boolean } | undefined {
  const parts = word.parts ?? []
  if (!parts.every(isPlainPart)) return undefined
  return { text: word.value, hasGlob: parts.some((part) => part.type === 'Glob') }
}

function isPlainPart(part: WordPart): boolean {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
      return true
    case 'DoubleQuoted':
      return part.parts.every((inner) => inner.type === 'Literal')
    case 'Glob':
      return part.kind !== 'bracket' || part.parts.every(isPlainPart)
    default:
      return false
  }
}

/** The written-out words of every command anywhere in the script, also in broken or complex ones. */
export function literalCommands(script: string): readonly (readonly string[])[] {
  const found: string[][] = []
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'Command' && node.name)
      found.push(
        [node.name, ...node.suffix].flatMap((part) => (part.type === 'Word' ? [part.value] : [])),
      )
    forEachChild(node, visit)
  }
  try {
    visit(parse(script))
  } catch {
    // What was found so far counts.
  }
  return found
}

/** The words of a script that is one plain command fed with a literal here-document; undefined for any other. */
export function heredocCommand(script: string): readonly string[] | undefined {
  try {
    const ast = parse(script)
    const [statement, ...others] = ast.commands
    if (ast.errors?.length || !statement || others.length > 0 || statement.background)
      return undefined
    const { command } = statement
    if (command.type !== 'Command' || !command.name || command.prefix.length > 0) return undefined
    const documents = command.suffix.filter((part) => part.type === 'HereDoc')
    const words = [command.name, ...command.suffix.filter((part) => part.type === 'Word')]
    if (documents.length !== 1 || documents.length + words.length !== command.suffix.length + 1)
      return undefined
    const [document] = documents
    if (!document?.delimiter?.quoted && document?.body.parts !== undefined) return undefined
    const plain = words.map(plainWord)
    return plain.every((word) => word !== undefined && !word.hasGlob)
      ? plain.map((word) => word?.text ?? '')
      : undefined
  } catch {
    return undefined
  }
}

/** `cd DIR && apply_patch <<'EOF' … EOF`, with or without the cd. */
export interface PatchScript {
  readonly folder: string | undefined
  readonly patch: string
}

const patchCommands: ReadonlySet<string> = new Set(['apply_patch', 'applypatch'])

/** A script that does nothing but hand a here-document to `apply_patch`. */
export function patchOf(script: string): PatchScript | undefined {
  // Parsing costs more than this look.
  if (!script.includes('apply_patch') && !script.includes('applypatch')) return undefined
  try {
    const ast = parse(script)
    const [statement, ...others] = ast.commands
    if (ast.errors?.length || !statement || others.length > 0 || statement.background)
      return undefined
    const { command } = statement
    if (command.type === 'Command') return patchCommand(command, undefined)
    if (command.type !== 'AndOr' || command.commands.length !== 2) return undefined
    const [first, second] = command.commands
    if (command.operators[0] !== '&&' || first?.type !== 'Command' || second?.type !== 'Command')
      return undefined
    const cd = simpleCommand(first)
    if (cd?.words.length !== 2 || cd.words[0] !== 'cd' || cd.hasGlob) return undefined
    return patchCommand(second, cd.words[1])
  } catch {
    return undefined
  }
}

function patchCommand(command: Command, folder: string | undefined): PatchScript | undefined {
  const [document, ...others] = command.suffix
  if (!command.name || !patchCommands.has(command.name.value)) return undefined
  if (command.prefix.length > 0 || others.length > 0) return undefined
  if (document?.type !== 'HereDoc' || document.operator !== '<<') return undefined
  // Without quotes the shell would expand the text first.
  const isLiteral = document.delimiter?.quoted || document.body.parts === undefined
  return isLiteral ? { folder, patch: document.body.text } : undefined
}

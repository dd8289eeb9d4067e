// Shell commands in files that keep only what the model saw of them: the call, and the text it got back.
import { type Json, list, number, record, text } from './json.ts'
import { commandText } from './shell-words.ts'

export interface ShellCall {
  readonly command: string
  readonly cwd: string | undefined
  readonly atMs: number
}

const shellTools = new Set([
  'shell',
  'container.exec',
  'local_shell',
  'shell_command',
  'exec_command',
])

/** Undefined for a call of another tool, or one that does not say what to run. */
export function shellCallOf(item: Json, atMs: number): ShellCall | undefined {
  if (item.type === 'local_shell_call') {
    const action = record(item.action)
    return made(action?.command, action?.working_directory, atMs)
  }
  if (item.type !== 'function_call' || !shellTools.has(text(item.name) ?? '')) return undefined
  const args = parsed(text(item.arguments))
  return made(args?.command ?? args?.cmd, args?.workdir, atMs)
}

function made(command: unknown, cwd: unknown, atMs: number): ShellCall | undefined {
  const line = commandText(command)
  return line === '' ? undefined : { command: line, cwd: text(cwd), atMs }
}

export interface ShellOutput {
  readonly output: string
  readonly exitCode: number | null
}

/** The text behind the header that tools put before it, and the exit code that stands there. */
export function shellOutputOf(item: Json): ShellOutput {
  const body =
    text(item.output) ??
    text(record(item.output)?.content) ??
    list(item.output)
      .map((part) => text(record(part)?.text) ?? '')
      .join('')
  const json = parsed(body)
  const said = text(json?.output)
  if (said !== undefined)
    return { output: said, exitCode: number(record(json?.metadata)?.exit_code) ?? null }
  const code = /^(?:Process exited with code|Exit code:) (-?\d+)$/m.exec(body.slice(0, 400))?.[1]
  const start = /^Output:\n/m.exec(body.slice(0, 600))
  const output = start ? body.slice(start.index + start[0].length) : body
  return { output, exitCode: code === undefined ? null : Number(code) }
}

function parsed(json: string | undefined): Json | undefined {
  if (!json?.startsWith('{')) return undefined
  try {
    return record(JSON.parse(json))
  } catch {
    return undefined
  }
}

// A command as a person wrote it: without the shell that was put around it to run it. For display only.
import { parse } from 'unbash'

const wrapped = /^(?:\/\S*\/)?(?:ba|z|da|k)?sh\s+-l?c\s/

/** The script that the shell is handed; the command itself when it is anything else. */
export function withoutShell(command: string): string {
  if (!wrapped.test(command)) return command
  const { commands, errors } = parse(command)
  const [only, ...others] = commands
  if (!only || others.length > 0 || (errors?.length ?? 0) > 0) return command
  if (only.background || only.command.type !== 'Command') return command
  const { prefix, redirects, args } = only.command
  const [, script, ...rest] = args
  if (prefix.length > 0 || redirects.length > 0 || rest.length > 0) return command
  return script?.type === 'Word' ? script.value : command
}

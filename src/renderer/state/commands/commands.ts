// Everything a person can do by name or by key: the one list behind the palette, the shortcuts and their help.
import { type KeyPress, matchesKeys } from '../shortcut-keys.ts'
import type { Command } from './command.ts'
import { goToCommands } from './go-to-commands.ts'
import { threadCommands } from './thread-commands.ts'
import { turnCommands } from './turn-commands.ts'
import { viewCommands } from './view-commands.ts'

export const commands: readonly Command[] = [
  ...threadCommands,
  ...turnCommands,
  ...goToCommands,
  ...viewCommands,
]

export function findCommand(id: string): Command | undefined {
  return commands.find((candidate) => candidate.id === id)
}

/** The command these keys stand for, if they mean one here. */
export function commandOf(press: KeyPress, mac: boolean, inText: boolean): Command | undefined {
  return commands.find(
    (candidate) =>
      !(inText && candidate.notInText) &&
      candidate.keys.some((keys) => matchesKeys(keys, press, mac)),
  )
}

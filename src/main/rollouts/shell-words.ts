// An argument list as one line that a shell would read the same way, quoted as the reference shows it.
import { texts } from './json.ts'

const plain = /^[\w@%+=:,./\]-]+$/
/** What the shell leaves alone between quotes of either kind. */
const inSingle = /^[^'^]+/
const inDouble = /^[^`$!^]+/

export function commandText(command: unknown): string {
  return typeof command === 'string' ? command : texts(command).map(quoted).join(' ')
}

function quoted(word: string): string {
  if (plain.test(word)) return word
  let rest = word
  let line = ''
  do {
    const single = inSingle.exec(rest)?.[0] ?? ''
    const double = inDouble.exec(rest)?.[0] ?? ''
    if (single.length >= double.length) {
      const piece = single || rest.slice(0, 1)
      line += `'${piece}'`
      rest = rest.slice(piece.length)
    } else {
      line += `"${double.replace(/["\\]/g, '\\$&')}"`
      rest = rest.slice(double.length)
    }
  } while (rest !== '')
  return line
}

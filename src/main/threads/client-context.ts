// What a client tells beside a person's words: fragments by source, each said to the model when it is new or changed.
import type { AdditionalContext } from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import { developerMessage, type ModelItem, userMessage } from '../model/model-item.ts'

export interface ClientContext {
  /**
   * The messages for what differs from the fragments that were told last; what is absent counts as no fragments.
   * Throws SkeinError('invalidParams') for a name where there can be none.
   */
  compare(fragments: AdditionalContext | undefined): readonly ModelItem[]
  /** These were told: they are not repeated while every input brings them. */
  told(fragments: AdditionalContext | undefined): void
}

/** Of one live thread; a thread that was opened anew tells everything once more. */
export function createClientContext(): ClientContext {
  let last: AdditionalContext = {}
  return {
    compare(fragments = {}) {
      for (const fragment of Object.values(fragments)) checkName(fragment)
      return Object.entries(fragments)
        .filter(([source, fragment]) => !isSame(last[source], fragment))
        .map(([source, fragment]) => messageFor(source, fragment))
    },
    told(fragments = {}) {
      last = fragments
    },
  }
}

type Fragment = AdditionalContext[string]

function isSame(a: Fragment | undefined, b: Fragment): boolean {
  return a !== undefined && a.kind === b.kind && a.value === b.value && a.name === b.name
}

/** The app's own words count like ours; anything else is read as material, never as instructions. */
function messageFor(source: string, { kind, value, name }: Fragment): ModelItem {
  const label = escaped(name ?? source)
  if (kind === 'application')
    return developerMessage(`<app_context source="${label}">\n${value}\n</app_context>`)
  return userMessage([
    {
      type: 'input_text',
      text: `<client_context source="${label}" trust="none">\n${value}\n</client_context>`,
    },
  ])
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}

function checkName({ kind, name }: Fragment): void {
  if (name === undefined || name === null) return
  if (kind !== 'untrusted')
    throw new SkeinError(
      'invalidParams',
      'additional context name is only supported for untrusted context',
    )
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name))
    throw new SkeinError('invalidParams', 'additional context name must match [a-z][a-z0-9_]{0,63}')
}

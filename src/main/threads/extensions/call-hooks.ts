// Calls one hook of all extensions in their order: a hook that throws or hangs harms nobody but itself.
import { messageOf } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Extension } from './extension.ts'

/** A hook may take this long; the thread then goes on without it. */
export const HOOK_MS_MAX = 10_000
/** A review asks a model, and a model takes its time. */
export const REVIEW_MS_MAX = 120_000

type HookName = Exclude<keyof Extension, 'name'>
type Hook<K extends HookName> = NonNullable<Extension[K]>
type Answer<K extends HookName> = Awaited<ReturnType<Hook<K>>>

export interface HookCaller {
  has(hook: HookName): boolean
  /** What the hooks answered, in order; nothing of those that failed. */
  all<K extends HookName>(hook: K, input: Parameters<Hook<K>>[0]): Promise<readonly Answer<K>[]>
  /** For hooks that answer at once. */
  allNow<K extends HookName>(hook: K, input: Parameters<Hook<K>>[0]): readonly Answer<K>[]
  /** The first answer that is not null. */
  first<K extends HookName>(
    hook: K,
    input: Parameters<Hook<K>>[0],
    maxMs: number,
  ): Promise<Answer<K> | null>
  /** Hands a value from hook to hook. Failures go up where `strict`, else the value stays as it was. */
  fold<K extends HookName, V>(
    hook: K,
    value: V,
    inputOf: (value: V) => Parameters<Hook<K>>[0],
    strict: boolean,
  ): Promise<V>
}

export function createHookCaller(extensions: readonly Extension[], logger: Logger): HookCaller {
  const having = (hook: HookName): readonly Extension[] =>
    extensions.filter((extension) => extension[hook] !== undefined)

  function failed(extension: Extension, hook: HookName, error: unknown): void {
    const fields = { extension: extension.name, hook, error: messageOf(error) }
    logger.log('error', 'an extension failed and is passed over', fields)
  }

  /** The compiler cannot see that `hook` and `input` belong together inside this generic function. */
  function invoke<K extends HookName>(
    extension: Extension,
    hook: K,
    input: Parameters<Hook<K>>[0],
  ): Answer<K> | Promise<Answer<K>> {
    const call = extension[hook] as unknown as (
      this: Extension,
      input: Parameters<Hook<K>>[0],
    ) => Answer<K> | Promise<Answer<K>>
    return call.call(extension, input)
  }

  return {
    has: (hook) => having(hook).length > 0,
    async all(hook, input) {
      const answers = []
      for (const extension of having(hook)) {
        try {
          answers.push(await inTime(invoke(extension, hook, input), HOOK_MS_MAX))
        } catch (error) {
          failed(extension, hook, error)
        }
      }
      return answers
    },
    allNow(hook, input) {
      return having(hook).flatMap((extension) => {
        try {
          return [invoke(extension, hook, input) as Answer<typeof hook>]
        } catch (error) {
          failed(extension, hook, error)
          return []
        }
      })
    },
    async first(hook, input, maxMs) {
      for (const extension of having(hook)) {
        try {
          const answer = await inTime(invoke(extension, hook, input), maxMs)
          if (answer !== null && answer !== undefined) return answer
        } catch (error) {
          failed(extension, hook, error)
        }
      }
      return null
    },
    async fold(hook, value, inputOf, strict) {
      let current = value
      for (const extension of having(hook)) {
        try {
          const changed = invoke(extension, hook, inputOf(current))
          current = (await inTime(changed, HOOK_MS_MAX)) as unknown as typeof value
        } catch (error) {
          if (strict) throw error
          failed(extension, hook, error)
        }
      }
      return current
    },
  }
}

async function inTime<T>(answer: T | Promise<T>, maxMs: number): Promise<T> {
  if (!(answer instanceof Promise)) return answer
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${maxMs} ms`)), maxMs)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

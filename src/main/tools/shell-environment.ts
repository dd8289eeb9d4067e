// The shell and the environment that commands get: the account's own, less the keys of the app.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { ShellEnvironmentPolicy } from '../config/config-schema.ts'

/** Shells that scripts are run with. */
export const SHELL_NAMES: ReadonlySet<string> = new Set(['bash', 'zsh', 'sh'])

/** Of the account or $SHELL, if it is one that takes our scripts; else bash or sh. */
export function userShell(env: Readonly<Record<string, string | undefined>>): string {
  const candidates = [os.userInfo().shell, env.SHELL, '/bin/bash', '/usr/bin/bash']
  const found = candidates.find(
    (shell) => shell && SHELL_NAMES.has(path.basename(shell)) && fs.existsSync(shell),
  )
  return found ?? '/bin/sh'
}

const core: ReadonlySet<string> = new Set([
  ...['PATH', 'SHELL', 'TMPDIR', 'TEMP', 'TMP', 'HOME', 'LANG', 'LC_ALL', 'LC_CTYPE'],
  ...['LOGNAME', 'USER'],
])
const SECRET_PATTERNS = ['*KEY*', '*SECRET*', '*TOKEN*']
/** Steer programs or the app's own runtime into loading foreign code. */
const HARMFUL_PATTERNS = ['ELECTRON_*', 'NODE_OPTIONS', 'LD_PRELOAD', 'LD_AUDIT', 'DYLD_*']

/**
 * `providerKeyNames`: variables that hold keys of model providers; they are dropped whatever the policy says.
 * Order: inherit, default excludes, `exclude`, `set`, `include_only`. Names are compared without case.
 */
export function shellEnvironment(
  processEnv: Readonly<Record<string, string | undefined>>,
  policy: ShellEnvironmentPolicy,
  { providerKeyNames }: { readonly providerKeyNames: readonly string[] },
): Record<string, string> {
  const excluded = matcher([
    ...(policy.ignore_default_excludes ? [] : SECRET_PATTERNS),
    ...(policy.exclude ?? []),
  ])
  const never = matcher([...HARMFUL_PATTERNS, ...providerKeyNames.map(literalPattern)])
  const inherited = Object.entries(processEnv).filter(
    ([name]) => inherits(name, policy.inherit ?? 'all') && !excluded(name),
  )
  const only = policy.include_only?.length ? matcher(policy.include_only) : () => true
  const merged = { ...Object.fromEntries(inherited), ...policy.set }
  return Object.fromEntries(
    Object.entries(merged).flatMap(([name, value]) =>
      value !== undefined && only(name) && !never(name) ? [[name, value]] : [],
    ),
  )
}

function inherits(name: string, inherit: 'all' | 'core' | 'none'): boolean {
  return inherit === 'all' || (inherit === 'core' && core.has(name.toUpperCase()))
}

/** Whole names against patterns of `*`, `?` and `[a-z]`. */
function matcher(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map(expressionOf)
  return (name) => expressions.some((expression) => expression.test(name))
}

function expressionOf(pattern: string): RegExp {
  try {
    return new RegExp(`^${sourceOf(pattern)}$`, 'i')
  } catch {
    // `[z-a]` and the like match nothing but themselves.
    return new RegExp(`^${pattern.replace(/[^\w]/g, '\\$&')}$`, 'i')
  }
}

function sourceOf(pattern: string): string {
  return pattern.replace(/\[!?[^\]\\]+\]|[*?]|[^\w]/g, (part) => {
    if (part === '*') return '.*'
    if (part === '?') return '.'
    if (part.length > 1) return part.replace('[!', '[^')
    return `\\${part}`
  })
}

function literalPattern(name: string): string {
  return name.replace(/[*?[]/g, (part) => `[${part}]`)
}

// The environment of a local MCP server: what programs need to find their way, what its table names, and the mark by
// which it is found after a crash.
import { PROFILE_MARK } from '../tools/exec/strays.ts'
import type { StdioTransportConfig } from './server-config.ts'

const passed = [
  ...(process.platform === 'win32'
    ? [
        'APPDATA',
        'LOCALAPPDATA',
        'PROGRAMFILES',
        'SYSTEMDRIVE',
        'SYSTEMROOT',
        'TEMP',
        'USERPROFILE',
      ]
    : []),
  ...[
    'HOME',
    'PATH',
    'SHELL',
    'TERM',
    'USER',
    'LOGNAME',
    'LANG',
    'LC_ALL',
    'LC_CTYPE',
    'TMPDIR',
    'TZ',
    PROFILE_MARK,
  ],
]

export function serverEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { envVars, env: literal }: Pick<StdioTransportConfig, 'envVars' | 'env'>,
): Readonly<Record<string, string>> {
  const copied = [...passed, ...envVars].flatMap((name) => {
    const value = env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(copied), ...literal }
}

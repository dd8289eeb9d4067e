// Names of the environment variables that hold keys of model providers: commands must never inherit them.
import type { ConfigValues } from '../config/config-schema.ts'

export function providerKeyNames(values: ConfigValues): readonly string[] {
  const tables = Object.values(values.model_providers ?? {})
  const configured = tables.flatMap(({ env_key, env_http_headers }) => [
    ...(env_key === undefined ? [] : [env_key]),
    ...Object.values(env_http_headers ?? {}),
  ])
  return [...new Set(['OPENAI_API_KEY', ...configured])]
}

// What `[mcp_servers.NAME]` says, checked server by server: a bad one fails alone, with the field in its message.
import { z } from 'zod'

export type McpApprovalMode = 'auto' | 'prompt' | 'writes' | 'approve'

export interface StdioTransportConfig {
  readonly type: 'stdio'
  readonly command: string
  readonly args: readonly string[]
  /** Literal additions to the small environment a server gets. */
  readonly env: Readonly<Record<string, string>>
  /** Names copied from our environment. */
  readonly envVars: readonly string[]
  readonly cwd: string | null
}

export interface HttpTransportConfig {
  readonly type: 'http'
  readonly url: string
  readonly bearerTokenEnvVar: string | null
  readonly headers: Readonly<Record<string, string>>
  /** Header to the name of the variable with its value. */
  readonly envHeaders: Readonly<Record<string, string>>
  readonly oauthClientId: string | null
  /** Where a page describes this client, for servers that take that address as the client's id. */
  readonly oauthClientMetadataUrl: string | null
  readonly oauthResource: string | null
  readonly scopes: readonly string[]
}

export interface ServerConfig {
  readonly name: string
  readonly enabled: boolean
  readonly required: boolean
  readonly startupTimeoutMs: number
  readonly toolTimeoutMs: number
  /** Null: all of them. */
  readonly enabledTools: readonly string[] | null
  readonly disabledTools: readonly string[]
  readonly defaultApprovalMode: McpApprovalMode
  readonly approvalModes: Readonly<Record<string, McpApprovalMode>>
  readonly parallel: boolean
  /** Null when the table cannot be read; `problem` says why. */
  readonly transport: StdioTransportConfig | HttpTransportConfig | null
  readonly problem: string | null
}

const STARTUP_TIMEOUT_S = 30
const TOOL_TIMEOUT_S = 120
const TIMEOUT_S_MAX = 86_400

const mode = z.enum(['auto', 'prompt', 'writes', 'approve'])
const seconds = z.number().positive().max(TIMEOUT_S_MAX)
const texts = z.record(z.string(), z.string())

const Server = z.looseObject({
  command: z.string().min(1).optional(),
  args: z.array(z.string()).optional(),
  env: texts.optional(),
  env_vars: z
    .array(
      z.union([z.string(), z.looseObject({ name: z.string(), source: z.string().optional() })]),
    )
    .optional(),
  cwd: z.string().optional(),
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
  bearer_token_env_var: z.string().min(1).optional(),
  bearer_token: z
    .never({ error: 'is refused: name a variable in bearer_token_env_var' })
    .optional(),
  http_headers: texts.optional(),
  env_http_headers: texts.optional(),
  oauth: z
    .looseObject({
      client_id: z.string().optional(),
      client_metadata_url: z
        .url({ protocol: /^https$/, error: 'must be an https address' })
        .refine((url) => new URL(url).pathname !== '/', 'must name a page, not only a host')
        .optional(),
    })
    .optional(),
  oauth_resource: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  enabled: z.boolean().optional(),
  required: z.boolean().optional(),
  startup_timeout_sec: seconds.optional(),
  startup_timeout_ms: z.number().positive().optional(),
  tool_timeout_sec: seconds.optional(),
  enabled_tools: z.array(z.string()).optional(),
  disabled_tools: z.array(z.string()).optional(),
  default_tools_approval_mode: mode.optional(),
  tools: z.record(z.string(), z.looseObject({ approval_mode: mode.optional() })).optional(),
  supports_parallel_tool_calls: z.boolean().optional(),
})
type Server = z.output<typeof Server>

const stdioOnly = ['args', 'env', 'env_vars', 'cwd'] as const
const httpOnly = [
  ...(['bearer_token_env_var', 'http_headers', 'env_http_headers'] as const),
  ...(['oauth', 'oauth_resource', 'scopes'] as const),
]

/** Servers by name, in the order of the table; `enabled = false` ones too. */
export function readServers(table: unknown): readonly ServerConfig[] {
  if (typeof table !== 'object' || table === null) return []
  return Object.entries(table).map(([name, raw]) => readServer(name, raw))
}

function readServer(name: string, raw: unknown): ServerConfig {
  const parsed = Server.safeParse(raw)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const problem = `\`mcp_servers.${[name, ...(issue?.path ?? [])].join('.')}\`: ${issue?.message ?? 'cannot be read'}`
    return { ...shared(name, {}), ...flagsOf(raw), transport: null, problem }
  }
  const server = parsed.data
  const problem = problemOf(name, server)
  return {
    ...shared(name, server),
    transport: problem === null ? transportOf(server) : null,
    problem,
  }
}

/** Of a table that does not parse: whether it is meant to run at all is still worth knowing. */
function flagsOf(raw: unknown): Pick<ServerConfig, 'enabled' | 'required'> {
  const flags = z.looseObject({ enabled: z.unknown(), required: z.unknown() }).safeParse(raw)
  return {
    enabled: !(flags.success && flags.data.enabled === false),
    required: flags.success && flags.data.required === true,
  }
}

function shared(name: string, server: Server): Omit<ServerConfig, 'transport' | 'problem'> {
  const startupMs = server.startup_timeout_sec
    ? server.startup_timeout_sec * 1000
    : server.startup_timeout_ms
  const modes = Object.entries(server.tools ?? {}).flatMap(([tool, { approval_mode }]) =>
    approval_mode ? [[tool, approval_mode] as const] : [],
  )
  return {
    name,
    enabled: server.enabled ?? true,
    required: server.required ?? false,
    startupTimeoutMs: startupMs ?? STARTUP_TIMEOUT_S * 1000,
    toolTimeoutMs: (server.tool_timeout_sec ?? TOOL_TIMEOUT_S) * 1000,
    enabledTools: server.enabled_tools ?? null,
    disabledTools: server.disabled_tools ?? [],
    defaultApprovalMode: server.default_tools_approval_mode ?? 'auto',
    approvalModes: Object.fromEntries(modes),
    parallel: server.supports_parallel_tool_calls ?? false,
  }
}

function problemOf(name: string, server: Server): string | null {
  if (!/^[\w-]+$/.test(name))
    return `the name of MCP server \`${name}\` may hold letters, digits, _ and - only`
  const at = `\`mcp_servers.${name}\``
  if (server.command !== undefined && server.url !== undefined)
    return `${at} has both \`command\` and \`url\``
  if (server.command === undefined && server.url === undefined)
    return `${at} needs \`command\` or \`url\``
  const foreign = (server.url === undefined ? httpOnly : stdioOnly).find(
    (field) => server[field] !== undefined,
  )
  const kind = server.url === undefined ? 'stdio' : 'streamable HTTP'
  return foreign ? `\`mcp_servers.${name}.${foreign}\` does not apply to a ${kind} server` : null
}

function transportOf(server: Server): ServerConfig['transport'] {
  if (server.url === undefined)
    return {
      type: 'stdio',
      command: server.command ?? '',
      args: server.args ?? [],
      env: server.env ?? {},
      envVars: (server.env_vars ?? []).map((entry) =>
        typeof entry === 'string' ? entry : entry.name,
      ),
      cwd: server.cwd ?? null,
    }
  return {
    type: 'http',
    url: server.url,
    bearerTokenEnvVar: server.bearer_token_env_var ?? null,
    headers: server.http_headers ?? {},
    envHeaders: server.env_http_headers ?? {},
    oauthClientId: server.oauth?.client_id ?? null,
    oauthClientMetadataUrl: server.oauth?.client_metadata_url ?? null,
    oauthResource: server.oauth_resource ?? null,
    scopes: server.scopes ?? [],
  }
}

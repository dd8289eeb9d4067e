// Port: one connection to one MCP server. The SDK stands behind it and is loaded with the first connection.
import type {
  ElicitationAnswer,
  McpCallResult,
  McpContents,
  McpPrompt,
  McpPromptMessage,
  McpResource,
  McpResourceTemplate,
} from '../../protocol/index.ts'
import type { ServerConfig } from './server-config.ts'
import type { ToolList } from './tool-list.ts'

/** What a server asks a person, as it came. */
export type ElicitationRequest =
  | { readonly mode: 'form'; readonly message: string; readonly requestedSchema: unknown }
  | {
      readonly mode: 'url'
      readonly message: string
      readonly url: string
      readonly elicitationId: string
    }

export interface ConnectPorts {
  readonly config: ServerConfig
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly version: string
  /** Ends the attempt. */
  readonly signal: AbortSignal
  /** For a server that wants OAuth; undefined where it is not wanted. */
  readonly authProvider?: unknown
  /** Answers in time or is aborted by the server taking its question back. */
  elicit(request: ElicitationRequest, signal: AbortSignal): Promise<ElicitationAnswer>
  toolsChanged(): void
  /** Once, when the connection ended by itself. */
  closed(): void
  warn(message: string): void
}

export interface CallOptions {
  readonly signal: AbortSignal
  readonly meta?: Readonly<Record<string, unknown>> | undefined
  onProgress?(message: string): void
}

export interface McpConnection {
  readonly serverInfo: { readonly name: string; readonly version: string } | null
  readonly capabilities: Readonly<Record<string, unknown>> | null
  /** Untrusted. */
  readonly instructions: string | null
  readonly processId: number | null
  log(): readonly string[]
  listTools(signal: AbortSignal): Promise<ToolList>
  listResources(signal: AbortSignal): Promise<readonly McpResource[]>
  listResourceTemplates(signal: AbortSignal): Promise<readonly McpResourceTemplate[]>
  /** One page, for the model. */
  resourcesPage(
    cursor: string | undefined,
    signal: AbortSignal,
  ): Promise<{ resources: readonly McpResource[]; nextCursor: string | null }>
  /** One page, for the model. */
  templatesPage(
    cursor: string | undefined,
    signal: AbortSignal,
  ): Promise<{ templates: readonly McpResourceTemplate[]; nextCursor: string | null }>
  listPrompts(signal: AbortSignal): Promise<readonly McpPrompt[]>
  getPrompt(
    name: string,
    args: Readonly<Record<string, string>> | undefined,
    signal: AbortSignal,
  ): Promise<{ description: string | null; messages: readonly McpPromptMessage[] }>
  callTool(tool: string, args: unknown, options: CallOptions): Promise<McpCallResult>
  readResource(uri: string, signal: AbortSignal): Promise<readonly McpContents[]>
  close(): Promise<void>
}

/** Rejects with an Error whose message may be shown; `McpAuthError` when somebody has to sign in. */
export type Connect = (ports: ConnectPorts) => Promise<McpConnection>

export class McpAuthError extends Error {
  constructor(server: string) {
    super(`MCP server \`${server}\` wants you to sign in`)
    this.name = 'McpAuthError'
  }
}

/** What a server answered a request with instead of a result: its own code goes through to clients. */
export class McpServerError extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.name = 'McpServerError'
    this.code = code
  }
}

/** The connection is of no use any more: a new one may be. */
export class McpClosedError extends Error {
  constructor(message = 'transport closed') {
    super(message)
    this.name = 'McpClosedError'
  }
}

// Port: how a turn talks to a model. Adapters speak their provider's protocol; everyone else speaks this.
import type {
  ClientMetadata,
  CodexErrorInfo,
  Model,
  ModelProviderView,
  RateLimits,
  ReasoningSummary,
  TokenUsage,
} from '../../protocol/index.ts'
import type { ModelItem } from './model-item.ts'

/** A tool as it is offered to the model. */
export type ToolSpec =
  | {
      readonly kind: 'function'
      readonly name: string
      readonly description: string
      /** JSON schema of the arguments. */
      readonly parameters: Readonly<Record<string, unknown>>
    }
  /** Takes plain text; back ends without freeform tools offer it as a function with one string `input`. */
  | {
      readonly kind: 'freeform'
      readonly name: string
      readonly description: string
      /** Lark grammar of the input. */
      readonly grammar: string
    }

/** As the W3C recommendation Trace Context names its headers. */
export interface TraceContext {
  readonly traceparent: string
  readonly tracestate?: string
}

/** The chain of work a turn belongs to, in the words of the client that began it. */
export interface TurnLineage {
  readonly trigger?: string
  readonly parentTurnId?: string
  readonly rootTurnId?: string
}

export interface ModelRequest {
  readonly model: string
  readonly instructions: string
  readonly input: readonly ModelItem[]
  readonly tools: readonly ToolSpec[]
  /** A search of the provider's own; those that have none leave it out. Off when absent. */
  readonly webSearch?: 'cached' | 'live'
  /** Null: the model's default. */
  readonly effort: string | null
  readonly summary: ReasoningSummary | null
  readonly serviceTier: string | null
  /** Strict JSON schema of the final answer; undefined for plain text. */
  readonly outputSchema?: unknown
  /** Entries of the client for the provider's records; none of them takes the place of ours. */
  readonly metadata?: ClientMetadata
  /** Where the work comes from, of a turn whose client said so; sent beside the metadata. */
  readonly lineage?: TurnLineage
  readonly threadId: string
  readonly turnId: string
  /** Sent along as headers; null when the request belongs to no trace. */
  readonly trace?: TraceContext | null
  /** Folder of the turn: only the demo model reads it. */
  readonly cwd: string
}

export type ModelEvent =
  | { readonly type: 'messageStarted'; readonly itemId: string }
  | { readonly type: 'reasoningStarted'; readonly itemId: string }
  | { readonly type: 'textDelta'; readonly itemId: string; readonly delta: string }
  | { readonly type: 'reasoningPartAdded'; readonly itemId: string; readonly summaryIndex: number }
  | {
      readonly type: 'reasoningSummaryDelta'
      readonly itemId: string
      readonly summaryIndex: number
      readonly delta: string
    }
  | {
      readonly type: 'reasoningTextDelta'
      readonly itemId: string
      readonly contentIndex: number
      readonly delta: string
    }
  /** A piece of what a tool is called with, while the model writes it. The whole call comes as `itemDone`. */
  | {
      readonly type: 'callDelta'
      readonly callId: string
      readonly name: string
      /** Free text, or a piece of JSON. */
      readonly form: 'text' | 'json'
      readonly delta: string
    }
  /** What the provider tells of its limits; may come at any time, or never. */
  | { readonly type: 'rateLimits'; readonly limits: RateLimits }
  /** An output element is complete: message, reasoning, tool call, or something unknown. */
  | { readonly type: 'itemDone'; readonly item: ModelItem }
  /** Always last; a stream that ends without it failed. `endTurn: false` asks for another request. */
  | {
      readonly type: 'completed'
      readonly responseId: string | null
      readonly usage: TokenUsage | null
      readonly endTurn: boolean | null
    }

export interface ModelClient {
  /**
   * One response. Throws ModelError on any failure of the provider; ends quietly only after `completed`.
   * When `signal` aborts it throws the signal's reason at once.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>
}

/** What failed at the provider. `retryable`: a new attempt of the whole request may help (the turn loop retries). */
export class ModelError extends Error {
  readonly info: CodexErrorInfo
  readonly retryable: boolean
  readonly details: string | null
  /** A delay the server asked for; wins over back-off. */
  readonly retryAfterMs: number | null
  /** When a used-up limit ends, where the provider said so. */
  readonly limitEndsAtMs: number | null

  constructor(
    message: string,
    options: {
      info: CodexErrorInfo
      retryable: boolean
      details?: string | null
      retryAfterMs?: number | null
      limitEndsAtMs?: number | null
      cause?: unknown
    },
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'ModelError'
    this.info = options.info
    this.retryable = options.retryable
    this.details = options.details ?? null
    this.retryAfterMs = options.retryAfterMs ?? null
    this.limitEndsAtMs = options.limitEndsAtMs ?? null
  }
}

/** What is known of a model; unknown ones get a fallback. Windows are in tokens. */
export interface ModelInfo {
  readonly contextWindow: number
  /** Share of the window that may be filled. */
  readonly effectivePercent: number
  readonly known: boolean
  readonly freeformPatch: boolean
  readonly defaultEffort: string | null
}

/** A configured provider, ready to use. */
export interface ModelProvider {
  readonly id: string
  readonly name: string
  readonly client: ModelClient
  /** Stream attempts after the first that a turn may make. */
  readonly streamMaxRetries: number
  /** True for the scripted offline model: its threads work in a scratch folder of the profile only. */
  readonly demo: boolean
  /** For model/list. */
  models(): readonly Model[]
  /** For modelProvider/list. */
  view(): ModelProviderView
  info(model: string): ModelInfo
}

export interface ModelProviders {
  /** Throws SkeinError('invalidParams') that names the provider when it is not configured. */
  get(providerId: string): ModelProvider
  list(): readonly ModelProvider[]
}

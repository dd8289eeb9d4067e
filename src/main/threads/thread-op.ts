// What a program may ask of a thread through its submission queue.
import type {
  MemoryMode,
  PermissionsApprovalAnswer,
  ReviewTarget,
  UserInput,
  UserInputAnswer,
} from '../../protocol/index.ts'
import type { SettingsOverrides } from './settings.ts'

export type ReviewDecision =
  | 'approved'
  | 'approved_for_session'
  | 'denied'
  | 'timed_out'
  | 'abort'
  | { readonly approved_execpolicy_amendment: readonly string[] }
  | {
      readonly network_policy_amendment: {
        readonly host: string
        readonly action: 'allow' | 'deny'
      }
    }

export type Op =
  | {
      /** The last two are older names: overrides persist with each of them. */
      readonly type: 'user_input' | 'user_input_with_turn_context' | 'user_turn'
      readonly items: readonly UserInput[]
      readonly overrides?: SettingsOverrides
      readonly finalOutputJsonSchema?: unknown
      readonly clientUserMessageId?: string
    }
  | {
      readonly type: 'override_turn_context' | 'thread_settings'
      readonly overrides: SettingsOverrides
    }
  | { readonly type: 'interrupt' }
  | { readonly type: 'clean_background_terminals' }
  /** `id`: of the approval, or of the call it is about. */
  | {
      readonly type: 'exec_approval' | 'patch_approval'
      readonly id: string
      readonly decision: ReviewDecision
    }
  | {
      readonly type: 'user_input_answer' | 'request_user_input_response'
      /** Of the turn that asked. */
      readonly id: string
      readonly response: UserInputAnswer
    }
  | {
      readonly type: 'request_permissions_response'
      readonly id: string
      readonly response: PermissionsApprovalAnswer
    }
  | {
      readonly type: 'dynamic_tool_response'
      readonly id: string
      readonly response: { readonly contentItems: readonly unknown[]; readonly success: boolean }
    }
  | {
      readonly type: 'resolve_elicitation'
      readonly serverName: string
      readonly requestId: string | number
      readonly decision: 'accept' | 'decline' | 'cancel'
      readonly content?: unknown
      readonly meta?: unknown
    }
  | { readonly type: 'compact' }
  | { readonly type: 'review'; readonly target: ReviewTarget }
  | {
      readonly type: 'run_user_shell_command'
      readonly command: string
      readonly timeoutMs?: number
    }
  | { readonly type: 'thread_rollback'; readonly numTurns: number }
  | { readonly type: 'set_thread_memory_mode'; readonly mode: MemoryMode }
  | { readonly type: 'refresh_mcp_servers'; readonly config: unknown }
  | { readonly type: 'reload_user_config' }
  | { readonly type: 'shutdown' }

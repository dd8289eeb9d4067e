// A question of an MCP server on its way to a person and back: declined where nobody may be asked, made harmless
// before it is shown, checked before its answer leaves.
import {
  type ApprovalPolicy,
  type ElicitationAnswer,
  ElicitationParams,
  formFields,
  formProblems,
  withDefaults,
} from '../../protocol/index.ts'
import type { ElicitationRequest } from './mcp-connection.ts'
import { mayAsk } from './tool-approval.ts'

export interface ElicitationContext {
  readonly threadId: string
  readonly turnId: string | null
  readonly serverName: string
  readonly policy: ApprovalPolicy
  /** The client said that it never answers. */
  readonly autoDeny: boolean
}

const DECLINED: ElicitationAnswer = { action: 'decline' }
const MESSAGE_CHARS_MAX = 8000

export async function answerElicitation(
  request: ElicitationRequest,
  context: ElicitationContext,
  ask: (params: ElicitationParams) => Promise<ElicitationAnswer>,
): Promise<ElicitationAnswer> {
  if (context.autoDeny || !mayAsk(context.policy)) return DECLINED
  const params = paramsOf(request, context)
  if (!params) return DECLINED
  const answer = await ask(params)
  if (answer.action !== 'accept' || params.mode === 'url') return { action: answer.action }
  const fields = formFields(params.requestedSchema)
  const content = withDefaults(fields, answer.content ?? {})
  // What does not fit is not passed on as if a person had agreed to it.
  return Object.keys(formProblems(fields, content)).length > 0
    ? { action: 'cancel' }
    : { action: 'accept', content }
}

/** Null for what must not be shown: a page that is no web page, a form that is none. */
function paramsOf(
  request: ElicitationRequest,
  { threadId, turnId, serverName }: ElicitationContext,
): ElicitationParams | null {
  const message = request.message.slice(0, MESSAGE_CHARS_MAX)
  const base = { threadId, turnId, serverName, message, _meta: null }
  if (request.mode === 'url') {
    const url = webAddress(request.url)
    return url === null ? null : { ...base, mode: 'url', url, elicitationId: request.elicitationId }
  }
  const { requestedSchema } = request
  const parsed = ElicitationParams.safeParse({ ...base, mode: 'form', requestedSchema })
  return parsed.success ? parsed.data : null
}

/** As the machine reads it: a look-alike host shows its punycode. */
function webAddress(text: string): string | null {
  if (!URL.canParse(text)) return null
  const { protocol, href, username, password } = new URL(text)
  const isWeb = protocol === 'https:' || protocol === 'http:'
  return isWeb && username === '' && password === '' ? href : null
}

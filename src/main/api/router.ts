// The one door, whichever host a request came through: known method, right parameters, then its handler.
import {
  experimentalFields,
  experimentalMethods,
  type MethodName,
  methods,
  methodsWithoutParams,
  type Params,
  type Result,
} from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { RequestContext } from './client-connection.ts'
import { refusalOf } from './params-refusal.ts'
import { checkThreadId } from './thread-ids.ts'

/** A missing handler does not compile. `initialize` is the connection's own. */
export type Handlers = {
  [M in Exclude<MethodName, 'initialize'>]: (
    params: Params<M>,
    request: RequestContext,
  ) => Promise<Result<M> | ResultText>
}

/** A result as JSON, of what its method answers: it came as text, and goes on as it is. */
export class ResultText {
  readonly json: string

  constructor(json: string) {
    this.json = json
  }
}

/** Methods of the reference that are out of scope: refused plainly, never a surprise. */
const outOfScope =
  /^((account|accountSession|remoteControl|thread\/realtime|plugin|marketplace|app|windowsSandbox|userVerification|externalAgentConfig|feedback|environment|thread\/prediction|skills|hooks|fs|memory|mcpServer\/event)\/|thread\/sample|(project\/import|thread\/attachmentOwner\/list|thread\/guardianReview|thread\/approveGuardianDeniedAction|thread\/timeline\/list|rollout\/compress|modelProvider\/config\/write|gitDiffToRemote|getAuthStatus|getConversationSummary|configRequirements\/read)$)/

/** A request that says what a method of ours takes. */
export interface ParsedRequest {
  readonly method: Exclude<MethodName, 'initialize'>
  readonly raw: unknown
  readonly params: unknown
}

/** Before anything else of a request, whoever asks: throws SkeinError for an unknown method or wrong parameters. */
export function parseRequest(method: string, raw: unknown): ParsedRequest {
  if (isMethod(method) && method !== 'initialize')
    return { method, raw, params: parseParams(method, raw) }
  if (outOfScope.test(method))
    throw new SkeinError('unsupported', `${method} is not supported by Skein`)
  const known = Object.keys(methods).map((name) => `\`${name}\``)
  const name = method.slice(0, METHOD_CHARS_SHOWN)
  throw new SkeinError(
    'invalidParams',
    `Invalid request: unknown variant \`${name}\`, expected one of ${known.join(', ')}`,
  )
}

export async function dispatch(
  handlers: Handlers,
  { method, raw, params }: ParsedRequest,
  request: RequestContext,
): Promise<unknown> {
  if (!request.connection.experimental) refuseExperimental(method, raw)
  checkThreadId(method, params)
  return handlers[method](params as never, request)
}

const METHOD_CHARS_SHOWN = 200

function refuseExperimental(method: string, raw: unknown): void {
  const given = raw !== null && typeof raw === 'object' ? raw : {}
  const isUsed = (field: string): boolean =>
    field.startsWith(`${method}.`) && Reflect.get(given, field.slice(method.length + 1)) != null
  const name = experimentalMethods.has(method) ? method : [...experimentalFields].find(isUsed)
  if (name !== undefined)
    throw new SkeinError('invalidParams', `${name} requires experimentalApi capability`)
}

function isMethod(method: string): method is MethodName {
  return Object.hasOwn(methods, method)
}

/** Throws SkeinError('invalidParams') that names the field. */
export function parseParams<M extends MethodName>(method: M, raw: unknown): Params<M> {
  if ((raw === undefined || raw === null) && !methodsWithoutParams.has(method))
    throw new SkeinError('invalidParams', 'Invalid request: missing field `params`')
  const parsed = methods[method].params.safeParse(raw)
  if (parsed.success) return parsed.data as Params<M>
  const { message, field } = refusalOf(parsed.error.issues, raw)
  throw new SkeinError(
    'invalidParams',
    `Invalid request: ${message}`,
    field === '' ? {} : { field },
  )
}

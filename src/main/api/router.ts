// The one door, whichever host a request came through: known method, right parameters, then its handler.
import type { z } from 'zod'
import {
  experimentalFields,
  experimentalMethods,
  type MethodName,
  methods,
  type Params,
  type Result,
} from '../../protocol/index.ts'
import { SkeinError } from '../lib/errors.ts'
import type { RequestContext } from './client-connection.ts'

/** A missing handler does not compile. `initialize` is the connection's own. */
export type Handlers = {
  [M in Exclude<MethodName, 'initialize'>]: (
    params: Params<M>,
    request: RequestContext,
  ) => Promise<Result<M>>
}

/** Methods of the reference that are out of scope: refused plainly, never a surprise. */
const outOfScope =
  /^((account|accountSession|remoteControl|thread\/realtime|plugin|marketplace|app|windowsSandbox|userVerification|externalAgentConfig|feedback|environment|thread\/prediction|skills|hooks|fs|memory|mcpServer\/event)\/|thread\/sample|(project\/import|thread\/attachmentOwner\/list|thread\/guardianReview|thread\/approveGuardianDeniedAction|thread\/timeline\/list|rollout\/compress|modelProvider\/config\/write|gitDiffToRemote|getAuthStatus|getConversationSummary|configRequirements\/read)$)/

export async function dispatch(
  handlers: Handlers,
  method: string,
  raw: unknown,
  request: RequestContext,
): Promise<unknown> {
  if (!isMethod(method) || method === 'initialize') {
    if (outOfScope.test(method))
      throw new SkeinError('unsupported', `${method} is not supported by Skein`)
    throw new SkeinError('invalidParams', `unknown method: ${method}`)
  }
  if (!request.connection.experimental) refuseExperimental(method, raw)
  const params = parseParams(method, raw)
  return handlers[method](params as never, request)
}

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
  const parsed = methods[method].params.safeParse(raw)
  if (parsed.success) return parsed.data as Params<M>
  throw new SkeinError('invalidParams', `Invalid request: ${describe(parsed.error.issues)}`)
}

function describe(issues: readonly z.core.$ZodIssue[]): string {
  const [issue] = issues
  if (!issue) return 'invalid params'
  const field = issue.path.join('.')
  return field === '' ? issue.message : `\`${field}\`: ${issue.message}`
}

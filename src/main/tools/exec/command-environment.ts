// What every command finds in its environment on top of what the policy lets through: plain output, no pagers, marks.
import type { PermissionProfile } from '../../sandbox/permission-profile.ts'
import type { ToolContext } from '../tool.ts'
import { CALL_MARK, SESSION_MARK, THREAD_MARK } from './process-signals.ts'

const forced: Readonly<Record<string, string>> = {
  NO_COLOR: '1',
  TERM: 'dumb',
  COLORTERM: '',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  LC_CTYPE: 'C.UTF-8',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  GH_PAGER: 'cat',
  SKEIN_CI: '1',
}

export function commandEnvironment(
  context: Pick<ToolContext, 'env' | 'threadId' | 'callId'>,
  profile: PermissionProfile,
  sessionId: number,
): Readonly<Record<string, string>> {
  const isOffline = profile.type !== 'disabled' && profile.network === 'restricted'
  return {
    ...context.env,
    ...forced,
    [THREAD_MARK]: context.threadId,
    [CALL_MARK]: context.callId,
    [SESSION_MARK]: String(sessionId),
    ...(isOffline && { SKEIN_SANDBOX_NETWORK_DISABLED: '1' }),
  }
}

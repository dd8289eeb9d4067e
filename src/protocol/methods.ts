// Every request a client may send: its parameters and its result. The one list the router, the bridge
// and docs/protocol.md are made of; each resource has a file of its own.
import { z } from 'zod'
import { approvalMethods } from './approval-methods.ts'
import { arrangementMethods } from './arrangement.ts'
import { configMethods } from './config-methods.ts'
import { fileMethods } from './files.ts'
import { goalMethods } from './goal-methods.ts'
import { historyMethods } from './history-methods.ts'
import { mcpMethods } from './mcp-methods.ts'
import { modelMethods } from './model-methods.ts'
import { params } from './params.ts'
import { processMethods } from './process-methods.ts'
import { queueMethods } from './queue.ts'
import { searchMethods } from './search.ts'
import { storeMethods } from './store.ts'
import { threadMethods } from './thread-methods.ts'
import { turnMethods } from './turn-methods.ts'
import { usageMethods } from './usage.ts'

const Capabilities = z.object({
  experimentalApi: z.boolean().optional(),
  /** Accepted and ignored, like `extensions`. */
  requestAttestation: z.boolean().optional(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
  optOutNotificationMethods: z.array(z.string()).nullish(),
})

export const methods = {
  initialize: {
    params: params({
      clientInfo: z.object({ name: z.string(), title: z.string().nullish(), version: z.string() }),
      capabilities: Capabilities.optional(),
    }),
    result: z.object({
      userAgent: z.string(),
      /** Skein's home; the name is the reference's, so that existing clients work. */
      codexHome: z.string(),
      platformFamily: z.enum(['unix', 'windows']),
      platformOs: z.string(),
    }),
  },
  ...threadMethods,
  ...historyMethods,
  ...queueMethods,
  ...turnMethods,
  ...searchMethods,
  ...usageMethods,
  ...goalMethods,
  ...approvalMethods,
  ...processMethods,
  ...mcpMethods,
  ...modelMethods,
  ...configMethods,
  ...fileMethods,
  ...arrangementMethods,
  ...storeMethods,
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>

export type MethodName = keyof typeof methods
/** What a handler receives. */
export type Params<M extends MethodName> = z.output<(typeof methods)[M]['params']>
export type Result<M extends MethodName> = z.output<(typeof methods)[M]['result']>

/** Methods that may come without `params`; in all others they must be there, empty or not. */
export const methodsWithoutParams: ReadonlySet<string> = new Set(
  Object.keys(methods).filter(
    (name) => name.startsWith('skein/') || name === 'config/mcpServer/reload',
  ),
)

// Requests about models, who provides them, and their keys; part of the one list in methods.ts.
import { z } from 'zod'
import { Model, ModelProviderView } from './config.ts'
import { page, params } from './params.ts'

export const modelMethods = {
  'model/list': {
    params: params({
      ...page,
      modelProvider: z.string().optional(),
      includeHidden: z.boolean().optional(),
    }),
    result: z.object({ data: z.array(Model), nextCursor: z.string().nullable() }),
  },
  'modelProvider/list': {
    params: params({}),
    result: z.object({
      data: z.array(ModelProviderView),
      defaultProviderId: z.string(),
      canChangeDefault: z.boolean(),
    }),
  },
  /** A key for a provider, kept by the operating system where it can, else for this session; null forgets it. */
  'skein/provider/key/set': {
    params: params({ providerId: z.string(), key: z.string().min(1).max(4_096).nullable() }),
    result: z.object({ stored: z.enum(['secretStore', 'session', 'none']) }),
  },
  'account/read': {
    params: params({}),
    result: z.object({
      account: z.null(),
      userId: z.null(),
      requiresOpenaiAuth: z.boolean(),
      workspaceRouting: z.null(),
    }),
  },
} as const

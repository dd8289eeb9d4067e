// Requests about what is known of a thread and about its waits; part of the one list in methods.ts.
import { z } from 'zod'
import { ThreadId } from './ids.ts'
import { params } from './params.ts'
import { MemoryMode, Thread } from './threads.ts'

const ofThread = params({ threadId: ThreadId })
const waits = z.object({ count: z.number(), paused: z.boolean() })
/** Tri-state: absent keeps, null clears. */
const gitField = z.string().nullable().optional()

export const threadMethods = {
  'thread/metadata/update': {
    params: params({
      threadId: ThreadId,
      gitInfo: z.object({ sha: gitField, branch: gitField, originUrl: gitField }).optional(),
      /** "" takes the thread out of its project. */
      projectId: z.string().optional(),
    }),
    result: z.object({ thread: Thread }),
  },
  'thread/memoryMode/set': {
    params: params({ threadId: ThreadId, mode: MemoryMode }),
    result: z.object({}),
  },
  /** Somebody is being asked outside of Skein: waits for commands stand still until all of that is answered. */
  'thread/increment_elicitation': { params: ofThread, result: waits },
  'thread/decrement_elicitation': { params: ofThread, result: waits },
} as const

// What commands and patches of a thread may touch: the profile that is enforced, and its legacy view.
import { z } from 'zod'

const ProfilePath = z.discriminatedUnion('type', [
  z.object({ type: z.literal('path'), path: z.string() }),
  z.object({
    type: z.literal('special'),
    name: z.enum(['root', 'projectRoots', 'tmpdir', 'slashTmp']),
  }),
])

export const ProfileEntry = z.object({
  path: ProfilePath,
  access: z.enum(['read', 'write', 'deny']),
})
export type ProfileEntry = z.output<typeof ProfileEntry>

/** `managed`: our sandbox enforces the entries; `disabled`: no sandbox; `external`: someone else isolates. */
export const PermissionProfile = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('managed'),
    entries: z.array(ProfileEntry),
    network: z.enum(['restricted', 'enabled']),
  }),
  z.object({ type: z.literal('disabled') }),
  z.object({ type: z.literal('external'), network: z.enum(['restricted', 'enabled']) }),
])
export type PermissionProfile = z.output<typeof PermissionProfile>

// Identifiers on the wire. Thread and turn ids are UUIDv7 (foreign v4 ids are tolerated); item ids are opaque.
import { z } from 'zod'

export const ThreadId = z.string()
export type ThreadId = z.output<typeof ThreadId>
export const TurnId = z.string()
export type TurnId = z.output<typeof TurnId>
/** A tool item carries the provider's call id, a message the provider's message id, a user message a UUID. */
export const ItemId = z.string()
export type ItemId = z.output<typeof ItemId>
/** Number of a recorded event: 1, 2, 3 … per thread, without gaps. */
export const Seq = z.number().int().nonnegative()
export type Seq = z.output<typeof Seq>

// What a client sends along with a person's words: context for the model, and entries for the provider's records.
import { z } from 'zod'

/** By source. `application`: words of the client itself; `untrusted`: material it found, like an open file. */
export const AdditionalContext = z.record(
  z.string(),
  z.object({
    value: z.string(),
    kind: z.enum(['untrusted', 'application']),
    /** What the model reads in place of the source; of untrusted context alone. */
    name: z.string().nullish(),
  }),
)
export type AdditionalContext = z.output<typeof AdditionalContext>

export const ClientMetadata = z.record(z.string(), z.string())
export type ClientMetadata = z.output<typeof ClientMetadata>

/** Where the work of a turn comes from, as its client knows it; words of the client, not looked up. */
export const turnLineage = {
  /** What kind of thing began it. */
  turnTrigger: z.string().nullish(),
  /** The turn on whose behalf it works, maybe of another thread. */
  parentTurnId: z.string().nullish(),
  /** The turn that the whole chain of work began with; itself when absent. */
  rootTurnId: z.string().nullish(),
}

/** Beside the input of turn/start and turn/steer. */
export const turnCompany = {
  /** Told to the model when it differs from what came with the input before. */
  additionalContext: AdditionalContext.optional(),
  /** Sent along with the requests of the turn. */
  responsesapiClientMetadata: ClientMetadata.optional(),
}

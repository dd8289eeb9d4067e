// Items that a client puts into a history: whatever the provider knows may be said, but what everybody knows must be
// whole, since a model server would refuse every later request over it.
import { z } from 'zod'
import { ModelItem } from '../model/model-item.ts'

const Content = z.array(
  z.looseObject({ type: z.enum(['input_text', 'input_image', 'input_audio', 'output_text']) }),
)
const Output = z.union([z.string(), Content])

const known = {
  message: z.looseObject({ role: z.string(), content: Content }),
  function_call: z.looseObject({ name: z.string(), arguments: z.string(), call_id: z.string() }),
  function_call_output: z.looseObject({ call_id: z.string(), output: Output }),
  custom_tool_call: z.looseObject({ name: z.string(), input: z.string(), call_id: z.string() }),
  custom_tool_call_output: z.looseObject({ call_id: z.string(), output: Output }),
} as const

type Read = { readonly item: ModelItem } | { readonly issues: readonly z.core.$ZodIssue[] }

/** Types that are not known pass as they are. */
export function readInjectedItem(raw: unknown): Read {
  const read = ModelItem.safeParse(raw)
  if (!read.success) return read.error
  const { type } = read.data
  const schema = Object.hasOwn(known, type) ? known[type as keyof typeof known] : null
  return schema?.safeParse(raw).error ?? { item: read.data }
}

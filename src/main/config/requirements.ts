// What an administrator, or the person in advance, allows at all: requirements.toml. It is no layer: it constrains
// what all layers together say.
import { z } from 'zod'
import { ApprovalsReviewer, SandboxMode } from '../../protocol/index.ts'
import type { Table } from './layers.ts'

const RequirementValues = z.looseObject({
  allowed_approval_policies: z
    .array(z.enum(['untrusted', 'on-request', 'never', 'granular']))
    .optional(),
  allowed_approvals_reviewers: z.array(ApprovalsReviewer).optional(),
  allowed_sandbox_modes: z.array(SandboxMode).optional(),
  /** Profile id to whether it may be chosen; ids that are not named may not. */
  allowed_permission_profiles: z.record(z.string(), z.boolean()).optional(),
  /** Pins these features. */
  features: z.record(z.string(), z.boolean()).optional(),
})

export interface Constraint {
  readonly allowed: readonly string[]
  /** The file that says so. */
  readonly source: string
}

export interface Requirements {
  readonly approvalPolicy?: Constraint
  readonly approvalsReviewer?: Constraint
  readonly sandboxMode?: Constraint
  readonly permissionProfile?: Constraint
  readonly features: Readonly<
    Record<string, { readonly enabled: boolean; readonly source: string }>
  >
}

export interface RequirementFile {
  readonly path: string
  readonly content: { readonly exists: boolean; readonly values: Table }
}

/** Lowest authority first: a later file's word on a field stands alone. */
export function requirementsOf(files: readonly RequirementFile[]): Requirements | undefined {
  let found: Requirements | undefined
  for (const { path: source, content } of files) {
    if (!content.exists) continue
    const parsed = RequirementValues.safeParse(content.values)
    if (!parsed.success) continue // told as a problem of the file
    const said = parsed.data
    const profiles = said.allowed_permission_profiles
    found = {
      ...found,
      ...constraint('approvalPolicy', said.allowed_approval_policies, source),
      ...constraint('approvalsReviewer', said.allowed_approvals_reviewers, source),
      ...constraint('sandboxMode', said.allowed_sandbox_modes, source),
      ...constraint(
        'permissionProfile',
        profiles && Object.keys(profiles).filter((id) => profiles[id]),
        source,
      ),
      features: {
        ...found?.features,
        ...Object.fromEntries(
          Object.entries(said.features ?? {}).map(([key, enabled]) => [key, { enabled, source }]),
        ),
      },
    }
  }
  return found
}

function constraint(
  field: Exclude<keyof Requirements, 'features'>,
  allowed: readonly string[] | undefined,
  source: string,
): Partial<Requirements> {
  return allowed === undefined ? {} : { [field]: { allowed, source } }
}

/** What of a requirements file cannot be read; a file with such a word constrains nothing. */
export function requirementProblem(values: unknown): string | undefined {
  const parsed = RequirementValues.safeParse(values)
  if (parsed.success) return undefined
  const [issue] = parsed.error.issues
  return issue && `\`${issue.path.join('.')}\`: ${issue.message}`
}

// Which keys of config.toml the window edits, and how a text becomes a value.

export interface EditableKey {
  readonly key: string
  readonly title: string
  readonly detail: string
  readonly kind: 'text' | 'number' | 'flag' | 'choice'
  readonly options?: readonly string[]
}

export const editableKeys: readonly EditableKey[] = [
  {
    key: 'model',
    title: 'Model',
    detail: 'New threads begin with it.',
    kind: 'text',
  },
  {
    key: 'model_provider',
    title: 'Provider',
    detail: 'Whose model it is: a table of model_providers, or a built-in one.',
    kind: 'text',
  },
  {
    key: 'model_reasoning_effort',
    title: 'Effort',
    detail: 'How long the model thinks.',
    kind: 'text',
  },
  {
    key: 'approval_policy',
    title: 'Approvals',
    detail: 'When you are asked.',
    kind: 'choice',
    options: ['untrusted', 'on-request', 'never'],
  },
  {
    key: 'sandbox_mode',
    title: 'Sandbox',
    detail: 'What commands may touch.',
    kind: 'choice',
    options: ['read-only', 'workspace-write', 'danger-full-access'],
  },
  {
    key: 'sandbox_workspace_write.network_access',
    title: 'Network in the workspace sandbox',
    detail: 'Commands may reach the network.',
    kind: 'flag',
  },
  {
    key: 'default_permissions',
    title: 'Permission profile',
    detail: 'In place of the sandbox mode.',
    kind: 'text',
  },
  {
    key: 'personality',
    title: 'Personality',
    detail: 'How the model speaks.',
    kind: 'choice',
    options: ['none', 'friendly', 'pragmatic'],
  },
  {
    key: 'service_tier',
    title: 'Service tier',
    detail: 'Asked of the provider with each request.',
    kind: 'text',
  },
  {
    key: 'project_doc_max_bytes',
    title: 'Size of AGENTS.md files',
    detail: 'In bytes; what is longer is cut.',
    kind: 'number',
  },
]

/** Null takes the key out of the file. */
export function valueOfText({ kind }: EditableKey, text: string): unknown {
  const trimmed = text.trim()
  if (trimmed === '') return null
  if (kind === 'flag') return trimmed === 'true'
  // What is no number is left for the app to refuse, with its reason.
  if (kind === 'number' && Number.isFinite(Number(trimmed))) return Number(trimmed)
  return trimmed
}

/** What the person's own file says of the key, as text; empty when it says nothing. */
export function textOfValue(value: unknown): string {
  return value === undefined || value === null ? '' : String(value)
}

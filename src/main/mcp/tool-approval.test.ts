import { expect, it } from 'vitest'
import { decideMcpCall, type McpApprovalInput } from './tool-approval.ts'

const input: McpApprovalInput = {
  mode: 'auto',
  annotations: undefined,
  policy: 'on-request',
  fullAccess: false,
  askedBefore: false,
}
const decide = (changes: Partial<McpApprovalInput>) => decideMcpCall({ ...input, ...changes }).type
const granular = (mcp_elicitations: boolean) => ({
  granular: {
    sandbox_approval: true,
    rules: true,
    skill_approval: true,
    request_permissions: true,
    mcp_elicitations,
  },
})

it('[T58] takes hints that are missing for the worse of their values', () => {
  expect(decide({})).toBe('ask')
  expect(decide({ annotations: { readOnlyHint: true } })).toBe('run')
  expect(decide({ annotations: { readOnlyHint: true, openWorldHint: true } })).toBe('run')
  expect(decide({ annotations: { readOnlyHint: true, destructiveHint: true } })).toBe('ask')
  expect(decide({ annotations: { destructiveHint: false } })).toBe('ask')
  expect(decide({ annotations: { destructiveHint: false, openWorldHint: false } })).toBe('run')
})

it('follows the mode of the configuration before any hint', () => {
  expect(decide({ mode: 'approve', annotations: { destructiveHint: true } })).toBe('run')
  expect(decide({ mode: 'prompt', annotations: { readOnlyHint: true } })).toBe('ask')
  expect(decide({ mode: 'writes', annotations: { readOnlyHint: true } })).toBe('run')
  expect(decide({ mode: 'writes', annotations: { destructiveHint: false } })).toBe('ask')
})

it('refuses what must be asked where nobody may be asked', () => {
  expect(decide({ policy: 'never' })).toBe('refused')
  expect(decide({ policy: 'never', fullAccess: true })).toBe('run')
  expect(decide({ policy: 'never', annotations: { readOnlyHint: true } })).toBe('run')
  expect(decide({ policy: granular(false) })).toBe('refused')
  expect(decide({ policy: granular(true) })).toBe('ask')
})

it('[H27] keeps asking for a tool that was asked about, whatever it claims since', () => {
  expect(decide({ askedBefore: true, annotations: { readOnlyHint: true } })).toBe('ask')
})

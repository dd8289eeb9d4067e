// The tool `apply_patch`: checks a patch against the files, shows it, and writes all of it or nothing.
import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import { z } from 'zod'
import type { FileChangeItem } from '../../../protocol/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { messageOf } from '../../lib/errors.ts'
import { createWriteGuard } from '../../sandbox/path-guards.ts'
import {
  type FileEdit,
  type PreparedCall,
  type Tool,
  type ToolContext,
  ToolFailure,
  type ToolOutcome,
  type ToolRun,
} from '../tool.ts'
import { PatchError, type PatchOperation, parsePatch } from './parse-patch.ts'
import { PATCH_DESCRIPTION, PATCH_GRAMMAR } from './patch-grammar.ts'
import { createPatchPreview } from './patch-preview.ts'
import { type FileStep, type PatchPlan, planPatch } from './plan-patch.ts'
import { WriteFailure, writeFiles } from './write-files.ts'

export interface PatchPorts {
  readonly clock: Clock
  /** $TMPDIR and the app's own folder, as the sandbox knows them. */
  readonly tmpdir: string | null
  readonly home: string | null
}

export interface PatchTool {
  readonly tool: Tool<string>
  /** For a patch that came by another way; paths are relative to `folder`. */
  prepare(patch: string, folder: string, context: ToolContext): Promise<PreparedCall>
}

export function createApplyPatch(ports: PatchPorts): PatchTool {
  const ownWrites = createOwnWrites()

  async function prepare(
    patch: string,
    folder: string,
    context: ToolContext,
  ): Promise<PreparedCall> {
    if (context.mode === 'plan')
      throw new ToolFailure('Files are not changed in plan mode: leave it first, then patch.')
    const { operations, plan } = await checked(patch, folder)
    const item: FileChangeItem = {
      type: 'fileChange',
      id: context.callId,
      changes: [...plan.changes],
      status: 'inProgress',
    }
    return {
      item,
      action: {
        type: 'fileChange',
        changes: item.changes,
        paths: plan.steps.map((step) => step.path),
        overwrites: plan.overwrites,
      },
      run: (run) => apply({ operations, plan, folder, context, item, ports, ownWrites }, run),
      stopped: (status) => ({ ...item, status }),
    }
  }

  return {
    prepare,
    tool: {
      name: 'apply_patch',
      parallel: false,
      input: z.string(),
      spec: {
        kind: 'freeform',
        name: 'apply_patch',
        description: PATCH_DESCRIPTION,
        grammar: PATCH_GRAMMAR,
      },
      preview: createPatchPreview,
      prepare: (patch, context) => prepare(patch, context.cwd, context),
    },
  }
}

async function checked(
  patch: string,
  folder: string,
): Promise<{ operations: readonly PatchOperation[]; plan: PatchPlan }> {
  try {
    const operations = parsePatch(patch)
    return { operations, plan: await planPatch(operations, folder) }
  } catch (error) {
    if (error instanceof PatchError)
      throw new ToolFailure(`apply_patch verification failed: ${error.message}`)
    throw error
  }
}

interface Application {
  readonly operations: readonly PatchOperation[]
  readonly plan: PatchPlan
  readonly folder: string
  readonly context: ToolContext
  readonly item: FileChangeItem
  readonly ports: PatchPorts
  readonly ownWrites: OwnWrites
}

async function apply(application: Application, run: ToolRun): Promise<ToolOutcome> {
  const { context, item, ports, ownWrites } = application
  run.signal.throwIfAborted()
  const beganMs = ports.clock.now()
  const seconds = (): string =>
    String(Math.round(Math.max(0, ports.clock.now() - beganMs) / 100) / 10)
  try {
    const plan = await planAfterOwnWrites(application)
    const profile = run.bypassSandbox ? ({ type: 'disabled' } as const) : context.profile
    const guard = createWriteGuard(profile, {
      cwd: context.cwd,
      workspaceRoots: context.workspaceRoots,
      tmpdir: ports.tmpdir,
      home: ports.home,
    })
    await writeFiles(plan.steps, guard)
    for (const step of plan.steps) ownWrites.note(context.threadId, step)
    return {
      output: resultText(0, seconds(), ['Success. Updated the following files:', ...plan.summary]),
      item: { ...item, changes: [...plan.changes], status: 'completed' },
      fileEdits: plan.steps.map(editOf),
    }
  } catch (error) {
    return failure(error, item, seconds())
  }
}

function failure(error: unknown, item: FileChangeItem, seconds: string): ToolOutcome {
  const lines = [messageOf(error)]
  if (error instanceof WriteFailure)
    lines.push(
      error.left.length === 0
        ? 'No file was changed.'
        : `These files were changed and could not be put back: ${error.left.join(', ')}`,
    )
  return {
    output: resultText(1, seconds, lines),
    item: { ...item, status: 'failed' },
    ...(error instanceof WriteFailure && error.isDenied && { sandboxDenied: true }),
  }
}

function resultText(exitCode: number, seconds: string, lines: readonly string[]): string {
  return [`Exit code: ${exitCode}`, `Wall time: ${seconds} seconds`, 'Output:', ...lines, ''].join(
    '\n',
  )
}

function editOf({ path, from, before, after }: FileStep): FileEdit {
  return { path, from, before: before?.toString('utf8'), after: after?.toString('utf8') }
}

/**
 * Patches of one response are all checked before the first is written. A file that differs only by our own earlier
 * write is checked anew; any other change makes the write fail.
 */
async function planAfterOwnWrites(application: Application): Promise<PatchPlan> {
  const { plan, operations, folder, context, ownWrites } = application
  const states = await Promise.all(
    plan.steps.map((step) => ownWrites.stateOf(context.threadId, step)),
  )
  const isOurs = states.includes('ours') && !states.includes('foreign')
  return isOurs ? planPatch(operations, folder) : plan
}

interface OwnWrites {
  note(threadId: string, step: FileStep): void
  /** `ours`: differs from what was checked, and is what this thread last wrote. */
  stateOf(threadId: string, step: FileStep): Promise<'unchanged' | 'ours' | 'foreign'>
}

/** Files of all threads whose last write is remembered. */
const OWN_WRITES_MAX = 1000

function createOwnWrites(): OwnWrites {
  const known = new Map<string, string>()
  return {
    note(threadId, { path, after }) {
      const key = `${threadId} ${path}`
      known.delete(key)
      known.set(key, hashOf(after))
      const [oldest] = known.keys()
      if (known.size > OWN_WRITES_MAX && oldest !== undefined) known.delete(oldest)
    },
    async stateOf(threadId, { path, before }) {
      const now = hashOf(await fs.readFile(path).catch(() => null))
      if (now === hashOf(before)) return 'unchanged'
      return known.get(`${threadId} ${path}`) === now ? 'ours' : 'foreign'
    },
  }
}

function hashOf(content: Buffer | null): string {
  return content === null ? '' : createHash('sha256').update(content).digest('hex')
}

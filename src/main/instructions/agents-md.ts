// AGENTS.md files: the person's own from the profile, then those of the project from its root down to the folder.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { InstructionDocument } from './environment-context.ts'

export const INSTRUCTION_BYTES_DEFAULT = 32 * 1024
const FILE_NAME = 'AGENTS.md'

/**
 * The documents in force for `cwd`, outermost first; the project's ones are cut at `maxBytes` in all. Without a
 * `.git` above it the folder itself is the project. Unreadable files are left out.
 */
export async function findInstructions(
  home: string,
  cwd: string,
  maxBytes: number,
): Promise<readonly InstructionDocument[]> {
  // A thread that is opened waits for this: the files are read together.
  const folders = foldersBetween(projectRoot(cwd), cwd)
  const [own, ...ofProject] = await Promise.all(
    [home, ...folders].map((folder) => readDocument(path.join(folder, FILE_NAME))),
  )
  const documents = own ? [own] : []
  let left = maxBytes
  for (const found of ofProject) {
    if (left <= 0) break
    if (!found) continue
    const bytes = Buffer.from(found.text)
    const text = bytes.length <= left ? found.text : bytes.subarray(0, left).toString()
    documents.push({ path: found.path, text })
    left -= bytes.length
  }
  return documents
}

async function readDocument(file: string): Promise<InstructionDocument | undefined> {
  // Most are not there, and looking takes a hundredth of a refused read.
  if (!existsSync(file)) return undefined
  try {
    const text = await readFile(file, 'utf8')
    return text.trim() === '' ? undefined : { path: file, text }
  } catch {
    return undefined // absent or unreadable: the same to the model
  }
}

/** The nearest folder upwards that holds `.git`, else `cwd`. */
function projectRoot(cwd: string): string {
  for (let at = cwd; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.git'))) return at
    if (at === path.dirname(at)) return cwd
  }
}

function foldersBetween(root: string, cwd: string): string[] {
  const folders = [root]
  for (const part of path.relative(root, cwd).split(path.sep).filter(Boolean))
    folders.push(path.join(folders.at(-1) ?? root, part))
  return folders
}

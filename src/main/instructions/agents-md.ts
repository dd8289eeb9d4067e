// AGENTS.md files: the person's own from the profile, then those of the project from its root down to the folder.
import { readFile, stat } from 'node:fs/promises'
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
  // A thread that is opened waits for this: what does not need each other is asked for together.
  const [own, root] = await Promise.all([
    readDocument(path.join(home, FILE_NAME)),
    projectRoot(cwd),
  ])
  const documents = own ? [own] : []
  let left = maxBytes
  const folders = foldersBetween(root, cwd)
  const read = folders.map((folder) => readDocument(path.join(folder, FILE_NAME)))
  for (const found of await Promise.all(read)) {
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
  try {
    const text = await readFile(file, 'utf8')
    return text.trim() === '' ? undefined : { path: file, text }
  } catch {
    return undefined // absent or unreadable: the same to the model
  }
}

/** The nearest folder upwards that holds `.git`, else `cwd`. */
async function projectRoot(cwd: string): Promise<string> {
  const upwards = [cwd]
  for (let at = cwd; at !== path.dirname(at); at = path.dirname(at)) upwards.push(path.dirname(at))
  const holds = await Promise.all(upwards.map((folder) => exists(path.join(folder, '.git'))))
  return upwards.find((_, index) => holds[index]) ?? cwd
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

function foldersBetween(root: string, cwd: string): string[] {
  const folders = [root]
  for (const part of path.relative(root, cwd).split(path.sep).filter(Boolean))
    folders.push(path.join(folders.at(-1) ?? root, part))
  return folders
}

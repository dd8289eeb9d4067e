// Makes attachments of what is pasted, dropped or picked. What cannot go along says why.
import type { Attachment, Draft } from './draft.ts'

const IMAGE_TYPES = /^image\/(png|jpeg|gif|webp)$/
/** All pictures of one message together, as they go over the wire. */
const IMAGE_CHARS_MAX = 6 * 1024 * 1024
const TEXT_BYTES_MAX = 256 * 1024

export interface AttachedFiles {
  readonly attachments: readonly Attachment[]
  /** A sentence for each file that cannot go along. */
  readonly refused: readonly string[]
}

/** `takesImages` says whether the model can look at pictures. Never rejects. */
export async function attachFiles(
  files: readonly File[],
  draft: Draft,
  takesImages: boolean,
): Promise<AttachedFiles> {
  const attachments: Attachment[] = []
  const refused: string[] = []
  for (const file of files) {
    const read = await readFile(file, takesImages)
    const room = IMAGE_CHARS_MAX - imageChars([...draft.attachments, ...attachments])
    if (typeof read === 'string') refused.push(read)
    else if (read.kind === 'image' && read.url.length > room)
      refused.push(`${file.name} is too large: the pictures of a message share 4.5 MB`)
    else attachments.push(read)
  }
  return { attachments, refused }
}

/** The files of a paste or a drop; empty when there are none. */
export function filesOf({ items }: DataTransfer): File[] {
  return [...items].flatMap((item) => (item.kind === 'file' ? (item.getAsFile() ?? []) : []))
}

async function readFile(file: File, takesImages: boolean): Promise<Attachment | string> {
  try {
    if (file.type.startsWith('image/')) return await readImage(file, takesImages)
    if (file.size > TEXT_BYTES_MAX) return `${file.name} is larger than 256 KB; mention it with @`
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer())
    if (text.includes('\0')) return notReadable(file)
    return { kind: 'text', name: file.name, text }
  } catch {
    return notReadable(file)
  }
}

function notReadable({ name }: File): string {
  return `${name} is neither text nor a picture; mention it with @`
}

async function readImage(file: File, takesImages: boolean): Promise<Attachment | string> {
  if (!takesImages) return `The model does not look at pictures; ${file.name} was left out`
  if (!IMAGE_TYPES.test(file.type)) return `${file.name}: only PNG, JPEG, GIF and WebP can be sent`
  return { kind: 'image', name: file.name, url: await dataUrl(file) }
}

function dataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as string)
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
}

function imageChars(attachments: readonly Attachment[]): number {
  return attachments.reduce((sum, one) => sum + (one.kind === 'image' ? one.url.length : 0), 0)
}

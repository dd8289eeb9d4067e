// The tool `view_image`: shows the model an image file, no larger than it can make use of.
import { constants } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { ImageViewItem } from '../../../protocol/index.ts'
import { messageOf } from '../../lib/errors.ts'
import { createReadGuard } from '../../sandbox/path-guards.ts'
import { isDeniedRead } from '../../sandbox/permission-profile.ts'
import { type Tool, type ToolContext, ToolFailure } from '../tool.ts'
import { decodeImage } from './decode-image.ts'
import { type ImageHeader, imageHeader, shownSize } from './image-kind.ts'

const SOURCE_BYTES_MAX = 20 * 1024 * 1024
const PIXELS_MAX = 64_000_000

const Input = z.object({ path: z.string().min(1), detail: z.string().nullish() })
type Input = z.output<typeof Input>

export interface ViewImagePorts {
  readonly tmpdir: string | null
}

export function createViewImage({ tmpdir }: ViewImagePorts): Tool<Input> {
  return {
    name: 'view_image',
    parallel: true,
    input: Input,
    spec: { kind: 'function', name: 'view_image', description: DESCRIPTION, parameters },
    async prepare(input, context) {
      const file = path.resolve(context.cwd, input.path)
      const { bytes, header } = await readImage(file, { ...context, tmpdir })
      const item: ImageViewItem = { type: 'imageView', id: context.callId, path: file }
      return {
        item,
        action: { type: 'none' },
        async run({ signal }) {
          const url = await dataUrl(file, bytes, header, signal)
          return { output: [{ type: 'input_image', image_url: url, detail: 'high' }], item }
        },
        stopped: () => item,
      }
    },
  }
}

type Reader = Pick<ToolContext, 'cwd' | 'workspaceRoots' | 'profile'> & ViewImagePorts

async function readImage(
  file: string,
  reader: Reader,
): Promise<{ bytes: Buffer; header: ImageHeader }> {
  const real = await fs.realpath(file).catch((error: unknown) => {
    throw new ToolFailure(`unable to locate image at ${file}: ${messageOf(error)}`)
  })
  const mayRead = createReadGuard(reader.profile, reader)
  if (isDeniedRead(reader.profile, file, reader) || !mayRead(real))
    throw new ToolFailure(`unable to read image at ${file}: the permission profile denies it`)
  const bytes = await readFile(file, real)
  const header = imageHeader(bytes)
  if (!header)
    throw new ToolFailure(
      isSvg(bytes)
        ? `unable to show image at ${file}: SVG is text; read it as such`
        : `unable to show image at ${file}: it is not a PNG, JPEG, GIF or WebP image`,
    )
  const { width, height } = header
  if (width === 0 || height === 0)
    throw new ToolFailure(`unable to show image at ${file}: it has no pixels`)
  if (width * height > PIXELS_MAX)
    throw new ToolFailure(
      `unable to show image at ${file}: ${width} x ${height} pixels are more than ${PIXELS_MAX / 1e6} million`,
    )
  return { bytes, header }
}

/** A pipe without a writer would keep us waiting, and a device would never end. */
async function readFile(file: string, real: string): Promise<Buffer> {
  const handle = await fs.open(real, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = await handle.stat()
    if (stat.isDirectory()) throw new ToolFailure(`image path ${file} is a folder, not a file`)
    if (!stat.isFile()) throw new ToolFailure(`image path ${file} is not a regular file`)
    if (stat.size > SOURCE_BYTES_MAX)
      throw new ToolFailure(`image at ${file} is larger than ${SOURCE_BYTES_MAX / 1_048_576} MiB`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

function isSvg(bytes: Buffer): boolean {
  return /<svg[\s>]/i.test(bytes.subarray(0, 1000).toString('utf8'))
}

async function dataUrl(
  file: string,
  bytes: Buffer,
  header: ImageHeader,
  signal: AbortSignal,
): Promise<string> {
  const { type, width, height } = header
  const shown = shownSize(width, height)
  const isSmall = shown.width === width && shown.height === height
  if (type === 'gif' || type === 'webp') {
    if (!isSmall)
      throw new ToolFailure(
        `unable to show image at ${file}: a ${type.toUpperCase()} image of ${width} x ${height} pixels is too large; convert it to PNG or JPEG`,
      )
    return `data:image/${type};base64,${bytes.toString('base64')}`
  }
  try {
    const small = await decodeImage({ type, bytes, ...shown }, signal)
    return `data:image/${type};base64,${Buffer.from(small).toString('base64')}`
  } catch (error) {
    signal.throwIfAborted()
    throw new ToolFailure(`unable to decode image at ${file}: ${messageOf(error)}`)
  }
}

const DESCRIPTION = 'Shows you an image file of this machine: PNG, JPEG, GIF or WebP.'

const parameters = {
  type: 'object',
  properties: {
    path: { type: 'string', description: "The file; relative paths start at the turn's folder." },
  },
  required: ['path'],
  additionalProperties: false,
}

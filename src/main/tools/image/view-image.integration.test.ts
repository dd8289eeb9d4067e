import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import jpeg from 'jpeg-js'
import { PNG } from 'pngjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createToolHarness, type ToolHarness } from '../test-support/tool-harness.ts'
import { imageHeader } from './image-kind.ts'

let tools: ToolHarness

beforeEach(() => {
  tools = createToolHarness()
})
afterEach(() => tools.dispose())

function write(name: string, content: Buffer | string): void {
  fs.writeFileSync(path.join(tools.workspace, name), content)
}
const png = (width: number, height: number): Buffer => PNG.sync.write(new PNG({ width, height }))

async function failure(file: string): Promise<string> {
  return tools.call('view_image', { path: file }).then(
    () => 'no failure',
    (error: Error) => error.message,
  )
}

async function shown(file: string): Promise<{ type: string; bytes: Buffer }> {
  const { output } = await tools.call('view_image', { path: file })
  const [part] = output as unknown as readonly { image_url: string }[]
  const [, type, data] = /^data:image\/(\w+);base64,(.*)$/.exec(part?.image_url ?? '') ?? []
  return { type: type ?? '', bytes: Buffer.from(data ?? '', 'base64') }
}

describe('view_image', () => {
  it('[T29] tells a missing file, a folder, a text and an SVG apart', async () => {
    write('text.png', 'no image')
    write('drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>')
    const texts = await Promise.all(['missing.png', '.', 'text.png', 'drawing.svg'].map(failure))
    expect(texts[0]).toContain('unable to locate image at')
    expect(texts[1]).toContain('is a folder')
    expect(texts[2]).toContain('is not a PNG')
    expect(texts[3]).toContain('SVG')
    expect(new Set(texts).size).toBe(4)
  })

  it('[T30] makes 4000 x 3000 pixels smaller, as PNG and as JPEG', async () => {
    write('large.png', png(4000, 3000))
    const photo = { width: 4000, height: 3000, data: Buffer.alloc(4000 * 3000 * 4, 120) }
    write('large.jpg', jpeg.encode(photo, 50).data)
    const small = await shown('large.png')
    expect(PNG.sync.read(small.bytes)).toMatchObject({ width: 1024, height: 768 })
    const smallPhoto = await shown('large.jpg')
    expect(smallPhoto.type).toBe('jpeg')
    expect(jpeg.decode(smallPhoto.bytes)).toMatchObject({ width: 1024, height: 768 })
  }, 60_000)

  it('leaves a small image as it is, and shows a card with its path', async () => {
    write('small.png', png(3, 2))
    const result = await tools.call('view_image', { path: 'small.png' })
    expect(result.item).toMatchObject({
      type: 'imageView',
      path: path.join(tools.workspace, 'small.png'),
    })
    expect((await shown('small.png')).bytes).toEqual(png(3, 2))
  })

  it('keeps to what the profile lets be read', async () => {
    write('small.png', png(3, 2))
    const file = path.join(tools.workspace, 'small.png')
    const denied = tools.call(
      'view_image',
      { path: file },
      {
        profile: {
          type: 'managed',
          entries: [{ path: { type: 'path', path: tools.workspace }, access: 'deny' }],
          network: 'restricted',
        },
      },
    )
    await expect(denied).rejects.toThrow('the permission profile denies it')
  })

  it('[T53] does not show what a pattern closes, by any of its names', async () => {
    write('small.png', png(3, 2))
    fs.symlinkSync('small.png', path.join(tools.workspace, 'link'))
    const pattern = path.join(tools.workspace, '**/*.png')
    const profile = {
      type: 'managed',
      entries: [
        { path: { type: 'special', name: 'root' }, access: 'read' },
        { path: { type: 'glob', pattern }, access: 'deny' },
      ],
      network: 'restricted',
    } as const
    for (const file of ['small.png', 'link'])
      await expect(
        tools.call(
          'view_image',
          { path: file },
          { profile: { ...profile, entries: [...profile.entries] } },
        ),
      ).rejects.toThrow('the permission profile denies it')
  })

  it('[H29] refuses a bomb, a torn image, a pipe and a device at once', async () => {
    const bomb = png(2, 2)
    bomb.writeUInt32BE(20_000, 16)
    bomb.writeUInt32BE(20_000, 20)
    write('bomb.png', bomb)
    write('torn.png', png(200, 200).subarray(0, 60))
    write('lying.png', Buffer.concat([Buffer.from([0xff, 0xd8]), png(2, 2)]))
    execFileSync('mkfifo', [path.join(tools.workspace, 'pipe.png')])
    const began = performance.now()
    expect(await failure('bomb.png')).toContain('20000 x 20000')
    expect(await failure('torn.png')).toContain('unable to decode image')
    expect(await failure('lying.png')).toContain('is not a PNG')
    expect(await failure('pipe.png')).toContain('is not a regular file')
    expect(await failure('/dev/zero')).toContain('is not a regular file')
    expect(performance.now() - began).toBeLessThan(2000)
  })
})

describe('the head of an image', () => {
  it('is read from WebP and GIF too', () => {
    const gif = Buffer.from('GIF89a\x0a\x00\x05\x00', 'latin1')
    expect(imageHeader(gif)).toEqual({ type: 'gif', width: 10, height: 5 })
    const webp = Buffer.alloc(30)
    webp.write('RIFF')
    webp.write('WEBPVP8X', 8)
    webp.writeUIntLE(99, 24, 3)
    webp.writeUIntLE(49, 27, 3)
    expect(imageHeader(webp)).toEqual({ type: 'webp', width: 100, height: 50 })
    expect(imageHeader(Buffer.from('GIF8'))).toBeUndefined()
  })
})

import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { builtInProfile } from '../../sandbox/permission-profile.ts'
import { createToolHarness, type ToolHarness } from '../test-support/tool-harness.ts'
import type { PreparedCall } from '../tool.ts'

let tools: ToolHarness
beforeEach(() => {
  tools = createToolHarness({ clock: { now: () => 0 } })
})
afterEach(() => tools.dispose())

const wrap = (body: string): string => `*** Begin Patch\n${body}\n*** End Patch`
const at = (file: string): string => path.join(tools.workspace, file)
const prepare = (body: string): Promise<PreparedCall> =>
  tools.prepare({ type: 'custom_tool_call', call_id: 'x', name: 'apply_patch', input: wrap(body) })
const files = (): readonly string[] =>
  fs
    .readdirSync(tools.workspace, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(tools.workspace, path.join(entry.parentPath, entry.name)))
    .sort()
const done = (...lines: string[]): string =>
  [
    'Exit code: 0',
    'Wall time: 0 seconds',
    'Output:',
    'Success. Updated the following files:',
    ...lines,
    '',
  ].join('\n')

describe('a patch', () => {
  it('[T17] adds a file with its folder and shows its content', async () => {
    const result = await tools.patch(wrap('*** Add File: new/n.txt\n+one\n+two'))
    expect(tools.read('new/n.txt')).toBe('one\ntwo\n')
    expect(result.text).toBe(done('A new/n.txt'))
    expect(result.item).toEqual({
      type: 'fileChange',
      id: 'call-1',
      changes: [{ path: at('new/n.txt'), kind: { type: 'add' }, diff: 'one\ntwo\n' }],
      status: 'completed',
    })
    expect(result.fileEdits).toEqual([
      { path: at('new/n.txt'), before: undefined, after: 'one\ntwo\n' },
    ])
  })

  it('[T23] moves with a change', async () => {
    tools.write({ a: 'x\ny\n' })
    const result = await tools.patch(wrap('*** Update File: a\n*** Move to: d/b\n@@\n-x\n+X'))
    expect(files()).toEqual(['d/b'])
    expect(tools.read('d/b')).toBe('X\ny\n')
    expect(result.text).toBe(done('M d/b'))
    expect(result.item).toMatchObject({
      changes: [
        {
          path: at('a'),
          kind: { type: 'update', move_path: at('d/b') },
          diff: '@@ -1,2 +1,2 @@\n-x\n+X\n y\n',
        },
      ],
    })
  })

  it('deletes, updates and adds in one go, keeping mode bits', async () => {
    tools.write({ old: 'o\n', run: 'echo 1\n' })
    fs.chmodSync(at('run'), 0o751)
    const result = await tools.patch(
      wrap('*** Delete File: old\n*** Update File: run\n@@\n-echo 1\n+echo 2\n*** Add File: empty'),
    )
    expect(result.text).toBe(done('D old', 'M run', 'A empty'))
    expect(files()).toEqual(['empty', 'run'])
    expect(fs.statSync(at('run')).mode & 0o777).toBe(0o751)
    expect(result.fileEdits).toEqual([
      { path: at('old'), before: 'o\n', after: undefined },
      { path: at('run'), before: 'echo 1\n', after: 'echo 2\n' },
      { path: at('empty'), before: undefined, after: '' },
    ])
  })

  it('shows what it would overwrite before it does', async () => {
    tools.write({ a: 'precious\n' })
    const prepared = await prepare('*** Add File: a\n+new')
    expect(prepared.action).toMatchObject({ paths: [at('a')], overwrites: [at('a')] })
    await tools.run(prepared)
    expect(tools.read('a')).toBe('new\n')
  })

  it('[T27] inside exec_command is handled as a patch', async () => {
    tools.write({ 'sub/f': 'a\n' })
    const cmd = `cd sub && apply_patch <<'EOF'\n${wrap('*** Update File: f\n@@\n-a\n+$b')}\nEOF`
    const result = await tools.exec({ cmd })
    expect(result.item).toMatchObject({ type: 'fileChange', status: 'completed' })
    expect(result.text).toBe(done('M f'))
    expect(tools.read('sub/f')).toBe('$b\n')
  })

  it('may come as a function call', async () => {
    const item = {
      type: 'function_call',
      call_id: 'x',
      name: 'apply_patch',
      arguments: JSON.stringify({ input: wrap('*** Add File: f\n+x') }),
    } as const
    expect((await tools.run(await tools.prepare(item))).text).toBe(done('A f'))
  })

  it('two of one response may change one file', async () => {
    tools.write({ f: 'a\nb\n' })
    const first = await prepare('*** Update File: f\n@@\n-a\n+A')
    const second = await prepare('*** Update File: f\n@@\n-b\n+B')
    await tools.run(first)
    const result = await tools.run(second)
    expect(result.text).toBe(done('M f'))
    expect(tools.read('f')).toBe('A\nB\n')
    expect(result.fileEdits).toEqual([{ path: at('f'), before: 'A\nb\n', after: 'A\nB\n' }])
  })
})

describe('before anything is asked or written', () => {
  it.each<[string, string, RegExp]>([
    [
      '[T21] one bad hunk of three',
      '*** Add File: n\n+x\n*** Update File: f\n@@\n-nope\n+x\n*** Delete File: g',
      /verification failed: failed to find expected lines in .*\/f:\nnope$/,
    ],
    [
      '[T26] one path twice',
      '*** Update File: f\n@@\n-a\n+b\n*** Delete File: ./f',
      /named more than once/,
    ],
    [
      '[T26] a move onto a path of the patch',
      '*** Update File: f\n*** Move to: g\n@@\n-a\n+b\n*** Delete File: g',
      /named more than once/,
    ],
    [
      'a missing file',
      '*** Update File: nope\n@@\n-a',
      /failed to read file to update .*\/nope: there is no such file/,
    ],
    [
      'deleting what is missing',
      '*** Delete File: nope',
      /failed to delete .*\/nope: there is no such file/,
    ],
    [
      'deleting a folder',
      '*** Delete File: folder',
      /failed to delete .*\/folder: it is a directory/,
    ],
    [
      'adding over a folder',
      '*** Add File: folder\n+x',
      /failed to add .*\/folder: it is a directory/,
    ],
    [
      'what is no text',
      '*** Update File: binary\n@@\n-a',
      /failed to read file to update .*\/binary: it is not UTF-8 text/,
    ],
  ])('%s is refused', async (_name, body, message) => {
    tools.write({ f: 'a\n', g: 'g\n', 'folder/x': '' })
    fs.writeFileSync(at('binary'), Buffer.from([0xff, 0x61]))
    await expect(prepare(body)).rejects.toThrow(message)
    expect(files()).toEqual(['binary', 'f', 'folder/x', 'g'])
    expect(tools.read('f')).toBe('a\n')
  })

  it('a pipe without a writer keeps nobody waiting', async () => {
    await tools.exec({ cmd: 'mkfifo pipe' }, { profile: ':danger-full-access' })
    await expect(prepare('*** Update File: pipe\n@@\n-a')).rejects.toThrow('not a regular file')
  })
})

describe('while it is written', () => {
  const failed = (reason: string): string =>
    `Exit code: 1\nWall time: 0 seconds\nOutput:\n${reason}\nNo file was changed.\n`

  it('[T28] a file that changed meanwhile is not overwritten, and the others are put back', async () => {
    tools.write({ a: 'a\n', gone: 'gone\n', b: 'b\n' })
    fs.chmodSync(at('a'), 0o640)
    const prepared = await prepare(
      '*** Update File: a\n@@\n-a\n+A\n*** Delete File: gone\n*** Add File: deep/er/n\n+n\n*** Update File: b\n@@\n-b\n+B',
    )
    tools.write({ b: 'edited by hand\n' })
    const result = await tools.run(prepared)
    expect(result.text).toBe(
      failed(`failed to write ${at('b')}: it changed on disk since the patch was checked`),
    )
    expect(result.item).toMatchObject({ status: 'failed' })
    expect(result.sandboxDenied).toBeUndefined()
    expect(result.fileEdits).toBeUndefined()
    expect(files()).toEqual(['a', 'b', 'gone'])
    expect(fs.existsSync(at('deep'))).toBe(false)
    expect([tools.read('a'), tools.read('b'), tools.read('gone')]).toEqual([
      'a\n',
      'edited by hand\n',
      'gone\n',
    ])
    expect(fs.statSync(at('a')).mode & 0o777).toBe(0o640)
  })

  it('a file that appeared meanwhile is not overwritten', async () => {
    const prepared = await prepare('*** Add File: n\n+x')
    tools.write({ n: 'mine\n' })
    expect((await tools.run(prepared)).text).toContain('it changed on disk')
    expect(tools.read('n')).toBe('mine\n')
  })

  it('[H02] links that lead outside are not followed, unless a person said so', async () => {
    const target = path.join(tools.outside, 'f')
    fs.writeFileSync(target, 'out\n')
    fs.symlinkSync(tools.outside, at('folder'))
    fs.symlinkSync(target, at('link'))
    for (const file of ['folder/f', 'link']) {
      const result = await tools.run(await prepare(`*** Update File: ${file}\n@@\n-out\n+changed`))
      expect(result.text).toBe(
        failed(`failed to write ${at(file)}: it lies outside of what may be written`),
      )
      expect(result.sandboxDenied).toBe(true)
    }
    const added = await tools.run(await prepare('*** Add File: folder/new\n+x'))
    expect(added.sandboxDenied).toBe(true)
    expect(fs.readdirSync(tools.outside)).toEqual(['f'])
    expect(fs.readFileSync(target, 'utf8')).toBe('out\n')
    const allowed = await prepare('*** Update File: link\n@@\n-out\n+changed')
    await tools.run(allowed, { bypassSandbox: true })
    expect(fs.readFileSync(target, 'utf8')).toBe('changed\n')
    expect(fs.lstatSync(at('link')).isSymbolicLink()).toBe(true)
  })

  it('[H03] a link that takes the place of a folder or a file after the check is not followed', async () => {
    tools.write({ 'sub/f': 'a\n', g: 'a\n' })
    fs.writeFileSync(path.join(tools.outside, 'f'), 'a\n')
    const inFolder = await prepare('*** Update File: sub/f\n@@\n-a\n+b')
    const onFile = await prepare('*** Update File: g\n@@\n-a\n+b')
    fs.renameSync(at('sub'), at('sub-away'))
    fs.symlinkSync(tools.outside, at('sub'))
    fs.rmSync(at('g'))
    fs.symlinkSync(path.join(tools.outside, 'f'), at('g'))
    expect((await tools.run(inFolder)).sandboxDenied).toBe(true)
    expect((await tools.run(onFile)).sandboxDenied).toBe(true)
    expect(fs.readFileSync(path.join(tools.outside, 'f'), 'utf8')).toBe('a\n')
  })

  it('[H01] nothing outside of the roots is written, also by way of ..', async () => {
    const up = path.relative(tools.workspace, path.join(tools.outside, 'x'))
    for (const file of [up, path.join(tools.outside, 'x')])
      expect((await tools.run(await prepare(`*** Add File: ${file}\n+x`))).sandboxDenied).toBe(true)
    expect(fs.readdirSync(tools.outside)).toEqual([])
  })

  it.each(['.git/hooks/pre-commit', '.skein/config.toml', '.codex/x', '.agents/x'])(
    '[H05] %s is not written',
    async (file) => {
      const result = await tools.run(await prepare(`*** Add File: ${file}\n+x`))
      expect(result.sandboxDenied).toBe(true)
      expect(files()).toEqual([])
    },
  )

  it('[T53] nothing that a pattern closes is written, also by another name of its folder', async () => {
    tools.write({ 'deep/a.env': 'a\n' })
    fs.symlinkSync(at('deep'), at('link'))
    const workspace = builtInProfile(':workspace')
    if (workspace?.type !== 'managed') throw new Error('the workspace has a sandbox')
    const closed = { type: 'glob', in: 'projectRoots', pattern: 'deep/*.env' } as const
    const entries = [...workspace.entries, { path: closed, access: 'deny' as const }]
    for (const file of ['deep/a.env', 'link/a.env', 'deep/b.env']) {
      const text = file.endsWith('b.env')
        ? `*** Add File: ${file}\n+x`
        : `*** Update File: ${file}\n@@\n-a\n+b`
      const result = await tools.patch(wrap(text), { profile: { ...workspace, entries } })
      expect(result.sandboxDenied).toBe(true)
    }
    expect([tools.read('deep/a.env'), fs.readdirSync(at('deep'))]).toEqual(['a\n', ['a.env']])
  })

  it('the repository that a .git file or a link points to is not written', async () => {
    tools.write({ 'real.git/HEAD': 'ref\n', '.git': 'gitdir: real.git\n', 'settings/x': 'x\n' })
    fs.symlinkSync(at('settings'), at('.codex'))
    for (const file of ['real.git/hooks/x', '.git', 'settings/x'])
      expect((await tools.run(await prepare(`*** Add File: ${file}\n+x`))).sandboxDenied).toBe(true)
  })

  it('a link inside is written through and stays a link', async () => {
    tools.write({ real: 'a\n' })
    fs.symlinkSync('real', at('link'))
    await tools.patch(wrap('*** Update File: link\n@@\n-a\n+b'))
    expect(tools.read('real')).toBe('b\n')
    expect(fs.readlinkSync(at('link'))).toBe('real')
    await tools.patch(wrap('*** Delete File: link'))
    expect(files()).toEqual(['real'])
  })

  it('in a read-only profile nothing is written, not even a folder', async () => {
    const result = await tools.patch(wrap('*** Add File: a/b\n+x'), { profile: ':read-only' })
    expect(result.sandboxDenied).toBe(true)
    expect(fs.readdirSync(tools.workspace)).toEqual([])
  })
})

it('a declined patch shows what it would have changed', async () => {
  const prepared = await prepare('*** Add File: a\n+x')
  expect(prepared.stopped('declined')).toEqual({
    type: 'fileChange',
    id: 'call-1',
    changes: [{ path: at('a'), kind: { type: 'add' }, diff: 'x\n' }],
    status: 'declined',
  })
})

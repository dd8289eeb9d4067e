import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import type { ConfigWarning } from './config-service.ts'
import { createConfigService } from './create-config-service.ts'
import { versionOf } from './layers.ts'

let folder: string
let home: string
let userFile: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'skein-layers-'))
  home = path.join(folder, 'profile')
  mkdirSync(home)
  userFile = path.join(home, 'config.toml')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function service(overrides: readonly string[] = []) {
  const systemFile = path.join(folder, 'etc', 'config.toml')
  const made = createConfigService({ home, env: {}, overrides, logger: silentLogger, systemFile })
  const warnings: ConfigWarning[] = []
  made.onWarning((warning) => warnings.push(warning))
  return { ...made, warnings }
}

function write(file: string, text: string): string {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

describe('a profile of the file', () => {
  it('lies over the file it is in, and its own file over both', async () => {
    write(
      userFile,
      'model = "user"\nprofile = "fast"\nservice_tier = "flex"\n[profiles.fast]\nmodel = "table"\npersonality = "friendly"\n',
    )
    const file = write(path.join(home, 'fast.config.toml'), 'model = "file"\n')
    const { values, origins, layers } = await service().resolve()
    expect(values).toMatchObject({ model: 'file', personality: 'friendly', service_tier: 'flex' })
    expect(origins).toMatchObject({ model: 'profile', service_tier: 'user' })
    expect(layers.map(({ name }) => name)).toEqual([
      { type: 'user', file, profile: 'fast' },
      { type: 'user', file: userFile, profile: null },
    ])
  })

  it('can be chosen on the command line, whose own words stand above it', async () => {
    write(userFile, '[profiles.fast]\nmodel = "table"\neffort = "x"\n')
    const { resolve } = service(['profile=fast', 'model="line"'])
    expect((await resolve()).values).toMatchObject({ model: 'line', effort: 'x' })
  })

  it('that is not there is said, and no path leads out of the profile folder', async () => {
    write(userFile, 'profile = "gone"\n')
    const missing = service()
    await missing.resolve()
    expect(missing.warnings.map(({ summary }) => summary)).toEqual([
      'config.toml: the profile `gone` is not there',
    ])
    write(path.join(folder, 'evil.config.toml'), 'model = "evil"\n')
    expect((await service(['profile=../evil']).resolve()).values.model).toBeUndefined()
  })
})

describe('the files of a project', () => {
  let root: string
  let inner: string
  beforeEach(() => {
    root = path.join(folder, 'project')
    inner = path.join(root, 'packages', 'one')
    mkdirSync(path.join(root, '.git'), { recursive: true })
    mkdirSync(inner, { recursive: true })
    write(path.join(root, '.codex/config.toml'), 'model = "codex"\nservice_tier = "flex"\n')
    write(path.join(root, '.skein/config.toml'), 'model = "root"\npersonality = "friendly"\n')
    write(path.join(inner, '.skein/config.toml'), 'model = "inner"\n')
  })

  const trust = (level: string): string => `[projects."${root}"]\ntrust_level = "${level}"\n`

  it('count from its root down to the folder, .codex beneath .skein, where it is trusted', async () => {
    write(userFile, `model = "user"\n${trust('trusted')}`)
    const { resolve } = service()
    const { values, origins } = await resolve(undefined, inner)
    expect(values).toMatchObject({
      model: 'inner',
      personality: 'friendly',
      service_tier: 'flex',
    })
    expect(origins.model).toBe('project')
    expect((await resolve(undefined, root)).values.model).toBe('root')
    expect((await resolve()).values.model).toBe('user')
    expect((await resolve({ model: 'thread' }, inner)).values.model).toBe('thread')
  })

  it('stand above the person and below the command line', async () => {
    write(userFile, trust('trusted'))
    const { read } = service(['model="line"'])
    const { config, layers } = await read(true, root)
    expect(config.model).toBe('line')
    expect(layers?.map(({ name }) => name.type)).toEqual([
      'sessionFlags',
      'project',
      'project',
      'user',
      'system',
    ])
  })

  it.each([
    ['', 'This folder is not trusted yet.'],
    ['untrusted', 'You marked this folder as untrusted.'],
  ])('are shown and not in force otherwise (%s)', async (level, reason) => {
    write(userFile, level === '' ? 'model = "user"\n' : `model = "user"\n${trust(level)}`)
    const { resolve, read } = service()
    expect((await resolve(undefined, inner)).values.model).toBe('user')
    const { config, layers = [] } = await read(true, inner)
    expect(config.model).toBe('user')
    expect(layers.map(({ disabledReason }) => disabledReason)).toEqual([
      reason,
      reason,
      reason,
      null,
      null,
    ])
  })

  it('cannot say whom to trust or whom to talk to', async () => {
    write(userFile, trust('trusted'))
    write(
      path.join(root, '.skein/config.toml'),
      'model_provider = "evil"\n[model_providers.evil]\nbase_url = "http://evil"\n[projects."/"]\ntrust_level = "trusted"\n',
    )
    const { resolve, warnings } = service()
    const { values } = await resolve(undefined, root)
    expect(values.model_provider).toBe('demo')
    expect(Object.keys(values.projects ?? {})).toEqual([root])
    expect(warnings.map(({ summary }) => summary.split('`')[1])).toEqual([
      'model_provider',
      'model_providers',
      'projects',
    ])
  })
})

describe('requirements', () => {
  it('of the machine stand over those of the profile, field by field', async () => {
    write(
      path.join(home, 'requirements.toml'),
      'allowed_approval_policies = ["never"]\nallowed_sandbox_modes = ["read-only"]\n',
    )
    const system = write(
      path.join(folder, 'etc/requirements.toml'),
      'allowed_approval_policies = ["untrusted", "on-request"]\n[features]\ngoals = false\n',
    )
    const { resolve, enabledFeatures, setFeatures } = service()
    const resolved = await resolve()
    expect(resolved.requirements).toEqual({
      approvalPolicy: { allowed: ['untrusted', 'on-request'], source: system },
      sandboxMode: { allowed: ['read-only'], source: path.join(home, 'requirements.toml') },
      features: { goals: { enabled: false, source: system } },
    })
    expect(enabledFeatures(resolved).has('goals')).toBe(false)
    expect(() => setFeatures({ goals: true })).toThrow(`(set by ${system})`)
  })

  it('that the files go beyond are said', async () => {
    write(userFile, 'approval_policy = "never"\n')
    write(path.join(home, 'requirements.toml'), 'allowed_approval_policies = ["untrusted"]\n')
    const { resolve, warnings } = service()
    await resolve()
    expect(warnings.map(({ summary }) => summary)).toEqual([
      '`approval_policy`: `never` is not allowed; new threads start with an allowed value',
    ])
  })
})

describe('features', () => {
  it('hold by default, by file, and by what was set for this process', async () => {
    write(
      userFile,
      '[features]\nmemories = true\ngoals = false\nmade_up = true\nsleep_tool = true\n',
    )
    const { resolve, features, setFeatures, enabledFeatures, warnings } = service()
    const resolved = await resolve()
    const enabled = (name: string): boolean | undefined =>
      features(resolved).find((one) => one.name === name)?.enabled
    expect([enabled('memories'), enabled('goals'), enabled('steer')]).toEqual([true, false, true])
    setFeatures({ goals: true })
    const on = enabledFeatures(resolved)
    expect([on.has('goals'), on.has('made_up')]).toEqual([true, false])
    expect(setFeatures({ made_up: true, memories: false })).toEqual({ memories: false })
    expect(warnings.map(({ summary }) => summary)).toEqual([
      'config.toml: `features.made_up` is not known and has no effect',
      'config.toml: `features.sleep_tool` is under development and may not work',
    ])
  })
})

describe('writing', () => {
  it('keeps comments, mode and version, and tells who listens', async () => {
    write(userFile, '# mine\nmodel = "a" # now\n')
    const { write: edit, onChange, resolve } = service()
    const heard: (readonly string[])[] = []
    const stop = onChange((files) => heard.push(files))
    const mode = statSync(userFile).mode
    const done = await edit([{ keyPath: 'model', value: 'b', mergeStrategy: 'replace' }], {
      expectedVersion: versionOf({ model: 'a' }),
    })
    stop()
    expect(done).toEqual({
      status: 'ok',
      version: versionOf({ model: 'b' }),
      filePath: userFile,
      overriddenMetadata: null,
    })
    expect(readFileSync(userFile, 'utf8')).toBe('# mine\nmodel = "b" # now\n')
    expect(statSync(userFile).mode).toBe(mode)
    expect((await resolve()).values.model).toBe('b')
    expect(heard).toEqual([[userFile]])
  })

  it.each([
    ['a stale version', 'configVersionConflict', 'model', 'x', { expectedVersion: 'sha256:0' }],
    ['a bad value', 'configValidationError', 'sandbox_mode', 'open', {}],
    [
      'a bad value inside',
      'configValidationError',
      'sandbox_workspace_write.network_access',
      1,
      {},
    ],
    ['no key', 'configValidationError', '', 'x', {}],
    ['the mask of a secret', 'configValidationError', 'api_key', '********', {}],
    ['another file', 'configLayerReadonly', 'model', 'x', { filePath: '/etc/skein/config.toml' }],
  ])('refuses %s and touches nothing', async (_, code, keyPath, value, target) => {
    const text = '# mine\nmodel = "a"\n'
    write(userFile, text)
    const good = { keyPath: 'personality', value: 'friendly', mergeStrategy: 'replace' } as const
    const edits = [good, { keyPath, value, mergeStrategy: 'replace' } as const]
    await expect(service().write(edits, target)).rejects.toMatchObject({
      detail: { config_write_error_code: code },
    })
    expect(readFileSync(userFile, 'utf8')).toBe(text)
  })

  it('makes the file when there is none, for the person alone', async () => {
    await service().write([{ keyPath: 'a."b.c".d', value: 1, mergeStrategy: 'replace' }], {})
    expect(readFileSync(userFile, 'utf8')).toBe('[a."b.c"]\nd = 1\n')
    expect(statSync(userFile).mode & 0o777).toBe(0o600)
  })

  it('says when a higher layer keeps it from counting', async () => {
    const { write: edit } = service(['model="line"'])
    expect(
      await edit([{ keyPath: 'model', value: 'b', mergeStrategy: 'replace' }], {}),
    ).toMatchObject({
      status: 'okOverridden',
      overriddenMetadata: {
        message: 'Overridden by session flags: model',
        effectiveValue: 'line',
        overridingLayer: { name: { type: 'sessionFlags' } },
      },
    })
  })

  it('of several writers at once loses nothing', async () => {
    const { write: edit } = service()
    const keys = ['a', 'b', 'c', 'd']
    await Promise.all(
      keys.map((keyPath) => edit([{ keyPath, value: 1, mergeStrategy: 'replace' }], {})),
    )
    expect(readFileSync(userFile, 'utf8')).toBe('a = 1\nb = 1\nc = 1\nd = 1\n')
  })

  it('can be tried without being done', async () => {
    write(userFile, 'model = "a"\n')
    const { previewWrite } = service()
    const { before, after, refused } = await previewWrite([
      { keyPath: 'model', value: 'b', mergeStrategy: 'replace' },
      { keyPath: 'sandbox_mode', value: 'open', mergeStrategy: 'replace' },
    ])
    expect([before.values.model, after.values.model]).toEqual(['a', 'b'])
    expect(after.values.sandbox_mode).toBeUndefined()
    expect(refused).toMatchObject([{ field: 'sandbox_mode', value: 'open', layer: 'user' }])
    expect(readFileSync(userFile, 'utf8')).toBe('model = "a"\n')
  })
})

describe('a loaded thread after a change of the files', () => {
  it('has the layers of the person as they are now, and every other one as it was', async () => {
    const system = write(path.join(folder, 'etc/config.toml'), 'service_tier = "flex"\n')
    write(userFile, 'model = "a"\n')
    const { resolve, refreshed } = service(['personality="friendly"'])
    const before = await resolve({ instructions: 'mine' })
    expect(refreshed(before, await resolve())).toBe(before)
    write(userFile, 'model = "longer"\n')
    write(system, 'service_tier = "other tier"\n')
    const after = refreshed(before, await resolve())
    expect(after.values).toMatchObject({
      model: 'longer',
      service_tier: 'flex',
      personality: 'friendly',
      instructions: 'mine',
    })
  })
})

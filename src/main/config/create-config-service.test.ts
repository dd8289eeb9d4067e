import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../lib/logger.ts'
import { ConfigValues } from './config-schema.ts'
import type { ConfigWarning } from './config-service.ts'
import { createConfigService } from './create-config-service.ts'
import { versionOf } from './layers.ts'

let home: string
let userFile: string
let systemFile: string

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'skein-config-'))
  userFile = path.join(home, 'config.toml')
  systemFile = path.join(home, 'system.toml')
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function service(overrides: readonly string[] = []) {
  const made = createConfigService({ home, env: {}, overrides, logger: silentLogger, systemFile })
  const warnings: ConfigWarning[] = []
  made.onWarning((warning) => warnings.push(warning))
  return { ...made, warnings }
}

const defaultValues = {
  model_provider: 'demo',
  approval_policy: 'on-request',
  approvals_reviewer: 'user',
  project_doc_max_bytes: 32_768,
}

describe('resolving', () => {
  it('works without any file: the demo, and questions on request', async () => {
    expect(await service().resolve()).toEqual({
      values: defaultValues,
      origins: Object.fromEntries(Object.keys(defaultValues).map((key) => [key, 'defaults'])),
      layers: [
        {
          name: { type: 'user', file: userFile, profile: null },
          version: versionOf({}),
          config: {},
          disabledReason: null,
        },
      ],
    })
  })

  it('lays system, user, command line and thread over the defaults', async () => {
    writeFileSync(systemFile, 'model = "of-system"\nservice_tier = "flex"\nmodel_provider = "x"\n')
    writeFileSync(userFile, 'model = "of-user"\n[sandbox_workspace_write]\nnetwork_access = true\n')
    const { resolve } = service(['model="of-line"', 'personality=friendly'])
    const { values, origins, layers } = await resolve({
      model: 'of-thread',
      'sandbox_workspace_write.writable_roots': ['/a'],
    })
    expect(values).toEqual({
      ...defaultValues,
      model: 'of-thread',
      model_provider: 'x',
      service_tier: 'flex',
      personality: 'friendly',
      sandbox_workspace_write: { network_access: true, writable_roots: ['/a'] },
    })
    expect(origins).toEqual({
      approval_policy: 'defaults',
      approvals_reviewer: 'defaults',
      project_doc_max_bytes: 'defaults',
      model: 'thread',
      model_provider: 'system',
      service_tier: 'system',
      personality: 'commandLine',
      'sandbox_workspace_write.network_access': 'user',
      'sandbox_workspace_write.writable_roots': 'thread',
    })
    expect(layers.map(({ name }) => name.type)).toEqual([
      'sessionFlags',
      'sessionFlags',
      'user',
      'system',
    ])
  })

  it('takes a value away where the thread says null', async () => {
    writeFileSync(userFile, 'model = "of-user"\nservice_tier = "flex"\n')
    const { values, origins } = await service().resolve({ service_tier: null })
    expect([values.service_tier, origins.service_tier]).toEqual([undefined, undefined])
    expect(values.model).toBe('of-user')
  })

  it('refuses a thread layer that does not fit, by the name of its key', async () => {
    const { resolve } = service()
    await expect(
      resolve({ 'sandbox_workspace_write.network_access': 'yes' }),
    ).rejects.toMatchObject({
      code: 'invalidParams',
      message:
        'config: `sandbox_workspace_write.network_access`: expected boolean, received string',
      detail: { key: 'sandbox_workspace_write.network_access' },
    })
    await expect(resolve({ 'a..b': 1 })).rejects.toMatchObject({ code: 'invalidParams' })
  })

  it('gives the same object until a file changes', async () => {
    writeFileSync(userFile, 'model = "a"\n')
    const { resolve } = service()
    const first = await resolve()
    expect(await resolve()).toBe(first)
    expect(await resolve({})).toBe(first)
    writeFileSync(userFile, 'model = "b"\n')
    utimesSync(userFile, new Date(), new Date(Date.now() + 5_000))
    expect((await resolve()).values.model).toBe('b')
    rmSync(userFile)
    expect((await resolve()).values.model).toBeUndefined()
  })

  it('sees a file that was put in the place of another of the same size and time', async () => {
    const other = path.join(home, 'other.toml')
    for (const [file, model] of [
      [userFile, 'a'],
      [other, 'b'],
    ] as const) {
      writeFileSync(file, `model = "${model}"\n`)
      utimesSync(file, 1_000, 1_000)
    }
    const { resolve } = service()
    expect((await resolve()).values.model).toBe('a')
    renameSync(other, userFile)
    expect((await resolve()).values.model).toBe('b')
  })
})

describe('problems', () => {
  it('a file that does not parse is left out and named with line and column', async () => {
    writeFileSync(userFile, 'model = "a"\nservice_tier = = 1\n')
    const { resolve, warnings } = service()
    expect((await resolve()).values).toEqual(defaultValues)
    expect(warnings).toEqual([
      {
        summary: expect.stringMatching(/^config\.toml line 2, column 1\d: /),
        details: expect.stringContaining(
          `${userFile}:2:16. The file is ignored until it can be read.`,
        ),
        path: userFile,
        range: { start: { line: 2, column: 16 }, end: { line: 2, column: 16 } },
      },
    ])
  })

  it('the last good content stays in force while a file is broken', async () => {
    writeFileSync(userFile, 'model = "good"\n')
    const { resolve, read, warnings } = service()
    await resolve()
    writeFileSync(userFile, 'model = "better\n')
    expect((await resolve()).values.model).toBe('good')
    expect((await read(true)).layers?.[0]).toMatchObject({ config: { model: 'good' } })
    expect(warnings.map(({ details }) => details)).toEqual([
      expect.stringContaining('its last good content stays in force'),
    ])
    writeFileSync(userFile, 'model = "better"\n')
    expect((await resolve()).values.model).toBe('better')
  })

  it('a bad key is ignored alone, with its whole list', async () => {
    writeFileSync(
      userFile,
      `model = 5
approval_policy = "sometimes"
service_tier = "flex"
[sandbox_workspace_write]
network_access = true
writable_roots = ["/a", 1]
[model_providers.mock]
base_url = "http://127.0.0.1:1"
request_max_retries = -1
`,
    )
    const { resolve, warnings } = service()
    expect((await resolve()).values).toEqual({
      ...defaultValues,
      service_tier: 'flex',
      sandbox_workspace_write: { network_access: true },
      model_providers: { mock: { base_url: 'http://127.0.0.1:1' } },
    })
    expect(warnings.map(({ summary, path: where }) => [summary.split('`')[1], where])).toEqual([
      ['model', userFile],
      ['model_providers.mock.request_max_retries', userFile],
      ['approval_policy', userFile],
      ['sandbox_workspace_write.writable_roots', userFile],
    ])
  })

  it('unknown keys are kept without a word', async () => {
    writeFileSync(userFile, 'colour = "blue"\nsince = 2024-05-01\n[tui]\ntheme = "x"\n')
    const { resolve, warnings } = service()
    expect((await resolve()).values).toEqual({
      ...defaultValues,
      colour: 'blue',
      since: '2024-05-01',
      tui: { theme: 'x' },
    })
    expect(warnings).toEqual([])
  })

  it('what cannot be read at all is said, and does no harm', async () => {
    mkdirSync(userFile)
    const { resolve, warnings } = service()
    expect((await resolve()).values).toEqual(defaultValues)
    expect(warnings.map(({ summary }) => summary)).toEqual([
      expect.stringContaining('config.toml cannot be read: EISDIR'),
    ])
  })

  it('bad values of the command line are left out with a warning', async () => {
    const { resolve, warnings } = service(['nonsense', 'model_context_window=-3', 'model=fine'])
    expect((await resolve()).values).toEqual({ ...defaultValues, model: 'fine' })
    expect(warnings.map(({ summary }) => summary)).toEqual([
      '`-c nonsense` is not of the form key=value',
      '`model_context_window` is ignored: Too small: expected number to be >0',
    ])
  })

  it('each problem is told once, again only after it was gone, and at once to who comes later', async () => {
    const broken = (): void => writeFileSync(userFile, 'model = 5\n')
    const { resolve, warnings, onWarning } = service()
    broken()
    await resolve()
    utimesSync(userFile, 1, 1)
    await resolve()
    expect(warnings).toHaveLength(1)
    const late: ConfigWarning[] = []
    onWarning((warning) => late.push(warning))()
    expect(late).toEqual(warnings)
    rmSync(userFile)
    await resolve()
    broken()
    await resolve()
    expect(warnings).toHaveLength(2)
    expect(late).toHaveLength(1)
  })
})

describe('config/read', () => {
  it('shows known keys that are unset as null, and where the others come from', async () => {
    writeFileSync(userFile, 'model = "m"\nextra = [1]\n[projects."/a"]\ntrust_level = "trusted"\n')
    const { read } = service(['model="n"'])
    const { config, origins, layers } = await read(true)
    const unset = Object.fromEntries(Object.keys(ConfigValues.shape).map((key) => [key, null]))
    expect(config).toEqual({
      ...unset,
      model: 'n',
      projects: { '/a': { trust_level: 'trusted' } },
      extra: [1],
    })
    const line = { name: { type: 'sessionFlags' }, version: versionOf({ model: 'n' }) }
    const user = {
      name: { type: 'user', file: userFile, profile: null },
      version: versionOf({
        model: 'm',
        extra: [1],
        projects: { '/a': { trust_level: 'trusted' } },
      }),
    }
    expect(origins).toEqual({
      model: line,
      'extra.0': user,
      extra: user,
      'projects./a.trust_level': user,
    })
    expect(layers).toEqual([
      { ...line, config: { model: 'n' }, disabledReason: null },
      {
        ...user,
        config: { model: 'm', extra: [1], projects: { '/a': { trust_level: 'trusted' } } },
        disabledReason: null,
      },
      {
        name: { type: 'system', file: systemFile },
        version: versionOf({}),
        config: {},
        disabledReason: null,
      },
    ])
  })

  it('leaves the layers out unless asked', async () => {
    expect(await service().read(false)).not.toHaveProperty('layers')
  })

  it('never shows a secret', async () => {
    writeFileSync(
      userFile,
      `[model_providers.mock]
base_url = "http://127.0.0.1:1"
env_key = "MOCK_KEY"
experimental_bearer_token = "secret-1"
http_headers = { "X-Plain" = "secret-2" }
env_http_headers = { "X-Api-Key" = "NAME_OF_VARIABLE" }
query_params = { "api-version" = "1", "api-key" = "secret-3" }
[mcp_servers.one]
bearer_token_env_var = "TOKEN_NAME"
env = { HOME = "secret-4" }
[shell_environment_policy]
set = { GITHUB_TOKEN = "secret-5", LANG = "C" }
[[listed]]
password = "secret-6"
`,
    )
    const answer = await service().read(true)
    expect(JSON.stringify(answer)).not.toContain('secret-')
    expect(answer.config).toMatchObject({
      model_providers: {
        mock: {
          env_key: 'MOCK_KEY',
          experimental_bearer_token: '********',
          http_headers: { 'X-Plain': '********' },
          env_http_headers: { 'X-Api-Key': 'NAME_OF_VARIABLE' },
          query_params: { 'api-version': '1', 'api-key': '********' },
        },
      },
      mcp_servers: { one: { bearer_token_env_var: 'TOKEN_NAME', env: { HOME: '********' } } },
      shell_environment_policy: { set: { GITHUB_TOKEN: '********', LANG: 'C' } },
    })
  })
})

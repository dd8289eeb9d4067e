import { describe, expect, it } from 'vitest'
import { shellEnvironment } from './shell-environment.ts'

const parent = {
  PATH: '/bin',
  HOME: '/home/u',
  EDITOR: 'vi',
  MY_API_KEY: 'k',
  DB_SECRET_X: 's',
  github_token: 't',
  ACME_LOGIN: 'l',
  NODE_OPTIONS: '--require x',
  ELECTRON_RUN_AS_NODE: '1',
  LD_PRELOAD: 'x.so',
  UNSET: undefined,
}
type Policy = Parameters<typeof shellEnvironment>[1]
const names = (policy: Policy, providerKeyNames: string[] = []): string[] =>
  Object.keys(shellEnvironment(parent, policy, { providerKeyNames })).sort()

describe('the environment of commands', () => {
  it('[H30] has no secrets and nothing that steers the app, by default', () => {
    expect(shellEnvironment(parent, {}, { providerKeyNames: ['ACME_LOGIN'] })).toEqual({
      PATH: '/bin',
      HOME: '/home/u',
      EDITOR: 'vi',
    })
  })

  it('keeps what looks like a secret when asked to, but never the key of a provider', () => {
    expect(names({ ignore_default_excludes: true }, ['MY_API_KEY'])).toEqual(
      ['ACME_LOGIN', 'DB_SECRET_X', 'EDITOR', 'HOME', 'PATH', 'github_token'].sort(),
    )
    const stubborn = { ignore_default_excludes: true, set: { MY_API_KEY: 'again' } }
    expect(names(stubborn, ['MY_API_KEY'])).not.toContain('MY_API_KEY')
  })

  it('inherits the core, or nothing', () => {
    expect(names({ inherit: 'core' })).toEqual(['HOME', 'PATH'])
    expect(names({ inherit: 'none' })).toEqual([])
  })

  it('excludes by pattern without case, then sets, then keeps only what is wanted', () => {
    expect(names({ exclude: ['edit*', 'h?me', 'acme_[a-l]*'] })).toEqual(['PATH'])
    expect(names({ exclude: ['NOTHING', 'P'] })).toContain('PATH')
    const policy: Policy = {
      inherit: 'core',
      set: { A: '1', MY_TOKEN: '2' },
      include_only: ['PATH', 'A', '*TOKEN'],
    }
    expect(shellEnvironment(parent, policy, { providerKeyNames: [] })).toEqual({
      PATH: '/bin',
      A: '1',
      MY_TOKEN: '2',
    })
  })

  it('takes a pattern that makes no sense by its letters', () => {
    expect(names({ exclude: ['[z-a]'] })).toContain('PATH')
  })
})

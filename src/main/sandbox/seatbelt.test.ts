import { describe, expect, it } from 'vitest'
import { seatbeltPolicy } from './seatbelt.ts'

describe('the policy text for macOS', () => {
  it('allows writes below the roots and takes guarded and denied paths out again', () => {
    const { text, parameters } = seatbeltPolicy(
      {
        root: 'read',
        inner: [
          { path: '/w', access: 'write' },
          { path: '/w/kept', access: 'read' },
          { path: '/w/secret', access: 'deny' },
        ],
      },
      ['/w/.git', '/w/.skein'],
      'restricted',
    )
    const rules = text.slice(text.indexOf('(allow file-read*)\n') + '(allow file-read*)\n'.length)
    expect(rules).toBe(
      [
        '(allow file-write* (subpath (param "PATH_0")))',
        '(deny file-write* (subpath (param "PATH_1")))',
        '(deny file-read* file-write* (subpath (param "PATH_2")))',
        '(deny file-write* (subpath (param "PATH_3")))',
        '(deny file-write* (subpath (param "PATH_4")))',
        '',
      ].join('\n'),
    )
    expect(parameters).toEqual({
      PATH_0: '/w',
      PATH_1: '/w/kept',
      PATH_2: '/w/secret',
      PATH_3: '/w/.git',
      PATH_4: '/w/.skein',
    })
    expect(text.startsWith('(version 1)\n(deny default)\n')).toBe(true)
    expect(text).not.toContain('network')
  })

  it('opens the network only when the profile does', () => {
    const entries = { root: 'read', inner: [] } as const
    expect(seatbeltPolicy(entries, [], 'enabled').text).toContain('(allow network*)')
    expect(seatbeltPolicy(entries, [], 'restricted').text).not.toContain('(allow network*)')
  })

  it('never makes a path part of its text', () => {
    const nasty = '/w") (allow default) ("'
    const { text } = seatbeltPolicy(
      { root: 'read', inner: [{ path: nasty, access: 'write' }] },
      [],
      'restricted',
    )
    expect(text).not.toContain('allow default')
  })
})

import { describe, expect, it } from 'vitest'
import { editToml, editValues, type TomlEdit } from './edit-toml.ts'

const file = `# The top of it all

# Which model
model = "a" # for now

# What commands may do
[sandbox_workspace_write]
network_access = false # never
writable_roots = [
  "/a", # first
  "/b",
]

[projects."/a/b.c"]
trust_level = "trusted"
`

const set = (path: readonly string[], value: unknown, merge = false): TomlEdit => ({
  path,
  value,
  merge,
})

describe('editing a TOML file', () => {
  it('changes a value and keeps every comment', () => {
    const edits = [set(['model'], 'b'), set(['sandbox_workspace_write', 'network_access'], true)]
    expect(editToml(file, edits)).toBe(
      file.replace('"a" # for', '"b" # for').replace('false # never', 'true # never'),
    )
  })

  it('adds a key to the top part, not to the table after it', () => {
    expect(editToml(file, [set(['personality'], 'friendly')])).toBe(
      file.replace('# for now\n', '# for now\npersonality = "friendly"\n'),
    )
    expect(editToml('', [set(['model'], 'x')])).toBe('model = "x"\n')
    expect(editToml('[a]\nb = 1\n', [set(['model'], 'x')])).toBe('model = "x"\n\n[a]\nb = 1\n')
    expect(editToml('# only words', [set(['model'], 'x')])).toBe('# only words\nmodel = "x"\n')
  })

  it('adds a table at the end, with its name in quotes where it needs them', () => {
    expect(editToml(file, [set(['projects', '/x/y.z', 'trust_level'], 'untrusted')])).toBe(
      `${file}\n[projects."/x/y.z"]\ntrust_level = "untrusted"\n`,
    )
  })

  it('adds a key to a table that is there', () => {
    expect(editToml(file, [set(['sandbox_workspace_write', 'exclude_slash_tmp'], true)])).toBe(
      file.replace('  "/b",\n]\n', '  "/b",\n]\nexclude_slash_tmp = true\n'),
    )
  })

  it('takes a key out, and only it', () => {
    const text = editToml(file, [set(['sandbox_workspace_write', 'network_access'], null)])
    expect(text).toBe(file.replace('network_access = false # never\n', ''))
    expect(editToml(file, [set(['absent', 'key'], null)])).toBe(file)
  })

  it('lays a table over another one, or puts it in its place', () => {
    const path = ['sandbox_workspace_write']
    const values = { sandbox_workspace_write: { a: 1, b: { c: 1 } } }
    expect(editValues(values, [set(path, { b: { d: 2 } }, true)])).toEqual({
      sandbox_workspace_write: { a: 1, b: { c: 1, d: 2 } },
    })
    expect(editValues(values, [set(path, { b: 1 })])).toEqual({ sandbox_workspace_write: { b: 1 } })
    expect(editToml(file, [set(path, { exclude_slash_tmp: true }, true)])).toContain(
      '"/a", # first',
    )
  })

  it('a word that looks like a table inside of a text does not mislead it', () => {
    const odd = 'text = """\n[not a table]\n"""\n'
    expect(editToml(odd, [set(['model'], 'x')])).toContain('[not a table]\n"""\n')
  })
})

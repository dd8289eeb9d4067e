import { expect, test } from 'vitest'
import { sandboxDenial } from './sandbox-denial.ts'

test.each<[number | null, string, boolean, string | null]>([
  [1, "touch: cannot touch '/x': Read-only file system", true, 'read-only file system'],
  [159, '', true, 'a system call that is not allowed'],
  [6, 'curl: (6) Could not resolve host: example.org', true, 'could not resolve host'],
  [6, 'curl: (6) Could not resolve host: example.org', false, null],
  [0, 'grep: permission denied', true, null],
  [null, 'permission denied', true, null],
  [127, 'bash: nothing: command not found', true, null],
  [2, 'make: *** Error 2', true, null],
])('code %s with %j, network off %s: %s', (code, output, isNetworkOff, reason) => {
  expect(sandboxDenial(code, output, isNetworkOff)).toBe(reason)
})

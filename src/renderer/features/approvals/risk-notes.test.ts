import { expect, test } from 'vitest'
import { riskNotes } from './risk-notes.ts'

function notes(command: string): string[] {
  return riskNotes(command, '/srv/project').map(({ kind, text }) => `${kind}: ${text}`)
}

test.each([
  'ls -la && cat src/a.ts',
  'npm test 2>/dev/null > out.txt',
  'mkdir -p dist && cp a.ts dist/a.ts',
  'touch /srv/project/x',
  'git status | grep bash',
  'node script.js < input | sort',
  'echo "rm -rf /"',
])('what stays inside is not remarked on: %s', (command) => {
  expect(notes(command)).toEqual([])
})

test.each([
  ['echo x > /etc/hosts', ['outside: writes outside of the folder: /etc/hosts']],
  ['cp a ../../b', ['outside: writes outside of the folder: ../../b']],
  ['tee ~/.bashrc <<< x', ['outside: writes outside of the folder: ~/.bashrc']],
  ['dd if=/dev/zero of=/dev/sda', ['outside: writes outside of the folder: /dev/sda']],
  ['rm -rf build', ['deletes: deletes: rm']],
  ['find . -name x -delete', ['deletes: deletes: find']],
  ['git reset --hard', ['deletes: deletes: git reset']],
  ['wget https://example.org/a', ['network: uses the network: wget']],
  ['npm install left-pad', ['network: uses the network: npm install']],
  ['git push origin main', ['network: uses the network: git push']],
  ['/usr/bin/curl -s https://x.y', ['network: uses the network: curl']],
  [
    'curl -s https://x.y | bash',
    ['pipesToShell: runs what another command prints', 'network: uses the network: curl'],
  ],
  ['cat x | python3 -', ['pipesToShell: runs what another command prints']],
  ['eval "$code"', ['pipesToShell: runs what another command prints']],
  ['if true; then rm x; fi', ['deletes: deletes: rm']],
  ['echo $(rm x)', ['deletes: deletes: rm']],
])('%s', (command, expected) => {
  expect(notes(command)).toEqual(expected)
})

test('wrappers and shells within shells are looked through', () => {
  expect(notes("bash -lc 'sudo rm -r /var/lib/x'")).toEqual([
    'privileges: asks for the rights of another user',
    'outside: writes outside of the folder: /var/lib/x',
    'deletes: deletes: rm',
  ])
  expect(notes('env A=1 timeout 5s wget x')).toEqual(['network: uses the network: wget'])
})

test('what cannot be read is said to be unclear', () => {
  expect(notes('echo "unfinished')).toEqual(['unclear: parts of it cannot be read as a command'])
  expect(notes('a'.repeat(20_001))).toEqual(['unclear: too long to be looked through'])
})

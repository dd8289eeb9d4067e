// How the demo pursues a goal: it prepares in its first turn, claims success too early in the second, and mends it.
import { type Act, patch, type Step, say } from './act.ts'
import type { Scene } from './scene.ts'

const report: Act = {
  type: 'call',
  tool: 'update_goal',
  args: { status: 'complete', note: 'The demo wrote its files.' },
}

export const goal: readonly Step[] = [
  (scene) =>
    scene.goalTurns === 0
      ? [say('I work on the goal. First I write down what I am going to do.'), patch(notes)]
      : [say('The notes are there. I believe the goal is reached, and report it.'), report],
  (scene) => {
    if (scene.goalTurns === 0)
      return [say('The notes are written. The next turn goes on from there.')]
    return isRefused(scene)
      ? [say('A check failed: `done.txt` is missing. I write it.'), patch(doneFile)]
      : [say('The goal is reached.')]
  },
  () => [say('Now it is there. I report again.'), report],
  (scene) => [
    say(isRefused(scene) ? 'It still does not pass.' : 'All checks pass: the goal is reached.'),
  ],
]

function isRefused({ results }: Scene): boolean {
  return results.some(({ output }) => output.startsWith('Not complete'))
}

const notes = [
  '*** Begin Patch',
  '*** Add File: notes.txt',
  '+First the notes, then the work, then the proof.',
  '*** End Patch',
].join('\n')

const doneFile = ['*** Begin Patch', '*** Add File: done.txt', '+done', '*** End Patch'].join('\n')

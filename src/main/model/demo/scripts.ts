// The demo's repertoire: a word of the person to the script it starts.
import { ModelError } from '../model-client.ts'
import { streamError } from '../model-errors.ts'
import { type Act, patch, plan, run, type Step, say, think } from './act.ts'
import { goal } from './goal.ts'
import { longTale } from './long-tale.ts'
import { occasionOf, occasions } from './occasions.ts'
import { ran, reasonOf, type Scene } from './scene.ts'
import { tour } from './tour.ts'

/** Makes the long tale last about a minute. */
const LONG_MS_PER_TOKEN = 120

const scripts = {
  tour,
  goal,
  help: [() => [say(repertoire)]],
  plan: [
    () => [
      say('A plan is a list that changes while the work goes on. Watch the steps below.'),
      plan(tea, 0, 'How to make a pot of tea.'),
    ],
    () => [say('The water is on.'), plan(tea, 1, 'The kettle sings.')],
    () => [say('Now it draws.'), plan(tea, 3, 'Three minutes, not longer.')],
    () => [say('Done.'), plan(tea, tea.length, 'The tea is ready.')],
    () => [say('Every step is ticked off. The Plan tab keeps the latest state of the plan.')],
  ],
  patch: [
    () => [
      say('First I write a small poem into a file. A new file shows up with its whole text.'),
      patch(poemFile),
    ],
    (scene) =>
      ran(scene)
        ? [say('The second verse limps. I mend it; only what changed is shown.'), patch(mending)]
        : [say(`The file was not written (${reasonOf(scene)}), so there is nothing to mend.`)],
    (scene) => [
      say(
        ran(scene)
          ? 'There: one line out, two lines in. The Changes tab adds up what this turn did to each file.'
          : `The change was not made (${reasonOf(scene)}). The file is as it was.`,
      ),
    ],
  ],
  approve: [
    () => [
      say(
        'I would like to run a command outside the sandbox. It only prints who you are logged in as. ' +
          'The card below waits until you decide; there is no hurry.',
      ),
      run('id -un', {
        justification: 'May I read your user name? (An example of a question, by the demo.)',
      }),
    ],
    (scene) => [
      say(
        ran(scene)
          ? 'You allowed it, and it ran. The answer stays with the command, so you can look it up later.'
          : `It did not run (${reasonOf(scene)}). Nothing happened on your machine, and I carry on without it.`,
      ),
    ],
  ],
  command: [
    () => [
      say('Two commands: one that counts, and one that fails on purpose.'),
      run('for i in 1 2 3 4 5; do echo "knit $i, purl $i"; sleep 0.2; done'),
      run('echo "a needle is missing" >&2; exit 3'),
    ],
    (scene) => [say(`Both cards show how they ended. ${codesOf(scene)}`)],
  ],
  error: [
    () => [
      think(
        '**Looking for trouble**\n\nThe connection will break in the middle of my next sentence.',
      ),
      {
        type: 'break',
        text: 'Here I begin a sentence that will never',
        error: streamError('stream closed before response.completed'),
      },
    ],
    () => [
      say(
        'That was a broken connection: the unfinished sentence is gone, and the app asked again by itself. ' +
          'Next comes an error that no second try can help, and the turn fails. Your words stay, ' +
          'and you can simply go on.',
      ),
      { type: 'goOn' },
    ],
    () => [
      {
        type: 'break',
        text: '',
        error: new ModelError(
          'The demo fell over on purpose: this is what a failed turn looks like. Send another message to go on.',
          { info: 'other', retryable: false },
        ),
      },
    ],
  ],
  long: [
    (scene) => [
      think(
        '**Taking a deep breath**\n\nA long tale, told slowly: time enough to steer, queue or stop.',
      ),
      say(longTale, scene.isInstant ? {} : { msPerToken: LONG_MS_PER_TOKEN }),
    ],
  ],
  reply: [(scene) => [say(shortReply(scene))]],
  ...occasions,
} satisfies Record<string, readonly Step[]>

/** The steps of a script, one response each; none for a name that is not in the repertoire. */
export function scriptOf(name: string): readonly Step[] {
  return Object.hasOwn(scripts, name) ? scripts[name as keyof typeof scripts] : []
}

const tea = ['Boil the water', 'Warm the pot', 'Pour over the leaves', 'Let it draw', 'Serve']

const poemFile = [
  '*** Begin Patch',
  '*** Add File: poem.txt',
  '+A skein of yarn, a skein of geese,',
  '+one rests on earth, one flies.',
  '+Both come undone.',
  '*** End Patch',
].join('\n')

const mending = [
  '*** Begin Patch',
  '*** Update File: poem.txt',
  '@@',
  ' one rests on earth, one flies.',
  '-Both come undone.',
  '+Pull gently, and it finds its peace:',
  '+a thread that never lies.',
  '*** End Patch',
].join('\n')

const repertoire = `I am scripted, so I know exactly these words:

| Word | What you will see |
| --- | --- |
| \`tour\` | the whole play again |
| \`plan\` | a plan that is ticked off |
| \`command\` | output as it arrives, and a command that fails |
| \`patch\` | a new file and a change to it, as diffs |
| \`approve\` | a question that waits for your answer |
| \`long\` | a minute of talk: steer me, queue a message or stop the turn |
| \`error\` | a broken connection with its retry, then a failed turn |
| \`help\` | this list |`

const words: readonly (keyof typeof scripts)[] = [
  'help',
  'tour',
  'plan',
  'command',
  'patch',
  'approve',
  'long',
  'error',
]
const wordPattern = new RegExp(`\\b(?:${words.join('|')})s?\\b`, 'i')

/** The first known word counts; without one the first turn is the tour. */
export function chooseScript(scene: Scene): string {
  const found = wordPattern.exec(scene.words)?.[0].toLowerCase()
  const name = words.find((word) => found === word || found === `${word}s`)
  return occasionOf(scene.occasion) ?? name ?? (scene.isFirstTurn ? 'tour' : 'reply')
}

function shortReply(scene: Scene): string {
  const quoted = scene.words === '' ? '' : `You wrote “${quote(scene.words)}”. `
  return (
    `${quoted}A real model would have an answer; I only have a script. ` +
    'Send `help` for the words I know, or `tour` to see everything once more.'
  )
}

/** Said when words were handed in while the demo was at work. */
export function acknowledgement(steered: readonly string[]): string {
  const heard = steered.map((text) => `“${quote(text)}”`).join(' and ')
  return (
    `I heard you: ${heard}. A real model would take that into account from here on. ` +
    'I can only nod and follow my script.'
  )
}

/** Short, on one line, and without anything that Markdown would take for its own. */
function quote(text: string): string {
  const line = text.replace(/[\s`*_[\]<>|\\#]+/g, ' ').trim()
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}

function codesOf(scene: Scene): string {
  const codes = scene.results.map(({ exitCode }) => exitCode ?? 'not run')
  return `Exit codes: ${codes.join(', ')}.`
}

/** What comes when the script is over and nobody said anything. */
export const epilogue: readonly Act[] = [say('My script ends here. Send `help` for another one.')]

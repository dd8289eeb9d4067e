// The demo's main piece: a walk through everything a turn can show.
import { type Act, patch, plan, run, type Step, say, think } from './act.ts'
import { ran, reasonOf, type Scene } from './scene.ts'

const planSteps = [
  'Look around in the folder',
  'Write a small script and run it',
  'Change it with a patch',
  'Ask before stepping outside the sandbox',
  'Sum up what there was to see',
]

/** Every piece of the tour, one response each. */
export const tour: readonly Step[] = [
  open,
  lookAround,
  writeAndRun,
  changeWithPatch,
  askFirst,
  hearTheAnswer,
  sumUp,
]

function open(): readonly Act[] {
  return [
    think(
      '**Setting the scene**\n\nSomeone opened the demo. I know one play by heart, so I will give that. ' +
        'A real model would now think about your words; I only show where its thoughts would appear.',
      '**Choosing the props**\n\nA plan, three commands, a patch and one question. Nothing outside this folder.',
    ),
    say(
      'Hello! I am the **demo model**: a script that plays the part of a coding agent. I am not intelligent, ' +
        'I need no network, and I know nothing but this little play.\n\n' +
        'What happens around me is real, though: the commands run, the files change, and your answers count. ' +
        'Here is my plan.',
    ),
    plan(planSteps, 0, 'The play in five acts.'),
  ]
}

function lookAround(): readonly Act[] {
  return [say('First I look at what is in my folder.'), run('pwd && ls -la')]
}

function writeAndRun(scene: Scene): readonly Act[] {
  const opening = ran(scene)
    ? 'A scratch folder of my own, so nothing of yours can come to harm.'
    : `That did not work out (${reasonOf(scene)}). No matter, the play goes on.`
  return [
    say(
      `${opening} Now I write a script that weaves a piece of cloth, and run it. ` +
        'Its output arrives line by line, in colour.',
    ),
    run(weaving(scene.isInstant ? '0' : '0.25')),
  ]
}

function weaving(pauseSeconds: string): string {
  return [
    "cat > weave.sh <<'END'",
    '#!/bin/sh',
    '# Weaves a small piece of cloth, row by row.',
    'rows=6',
    'row=1',
    'while [ "$row" -le "$rows" ]; do',
    '  printf \'\\033[3%sm/\\\\/\\\\/\\\\/\\\\/\\\\/\\\\\\033[0m  row %s of %s\\n\' "$row" "$row" "$rows"',
    '  row=$((row + 1))',
    `  sleep ${pauseSeconds}`,
    'done',
    'END',
    'sh weave.sh',
  ].join('\n')
}

const notes = [
  '*** Add File: NOTES.md',
  '+# Notes of the demo',
  '+',
  '+- `weave.sh` weaves a piece of cloth; try `sh weave.sh`.',
  '+- This folder belongs to the demo. Delete it whenever you like.',
]
const fewerRows = ['*** Update File: weave.sh', '@@', '-rows=6', '+rows=3', ' row=1']

function changeWithPatch(scene: Scene): readonly Act[] {
  const hunks = ran(scene) ? [...fewerRows, ...notes] : notes
  const opening = ran(scene)
    ? 'A fine cloth, but long. I make it shorter and leave a note beside it.'
    : `The script did not work out (${reasonOf(scene)}), so I only leave a note.`
  return [
    say(`${opening} A patch shows up as a card with a diff; the Changes tab collects them.`),
    plan(planSteps, 2, 'The third act.'),
    patch(['*** Begin Patch', ...hunks, '*** End Patch'].join('\n')),
  ]
}

function askFirst(scene: Scene): readonly Act[] {
  const opening = ran(scene)
    ? 'The patch is in.'
    : `The patch was not applied (${reasonOf(scene)}), and the files are as they were.`
  return [
    say(
      `${opening} Until now everything ran inside the sandbox. The next command asks to run outside of it, ` +
        'so a card appears and I wait for you. It only prints the date and the name of the system: ' +
        'say yes or no, both are fine.',
    ),
    plan(planSteps, 3, 'Two acts to go.'),
    run('date && uname -s', {
      justification:
        "Do you let me step outside the sandbox to read the date and the system's name? " +
        '(An example of a question, by the demo.)',
    }),
  ]
}

function hearTheAnswer(scene: Scene): readonly Act[] {
  const answer = ran(scene)
    ? 'Thank you, that worked. With *Allow for this session* the same command would not ask again.'
    : `It did not run (${reasonOf(scene)}). That is all that happens: the model reads the answer and ` +
      'has to find another way.'
  return [say(answer), plan(planSteps, planSteps.length, 'The play is over.')]
}

function sumUp(): readonly Act[] {
  return [say(summary)]
}

const summary = `## What you have seen

| On stage | With a real model |
| --- | --- |
| Thinking | a summary of its reasoning |
| Plan | its steps, kept up to date as it works |
| Commands | run in a sandbox that can write to your folder only, without network |
| Patch | edits to files, each with a diff |
| Question | whatever your settings say it must ask you first |

Everything above is saved already. Close the app, open it again, and the thread is still here, down to the last line.

## What to try next

- Send \`long\`, and while I talk type something else: *Steer* hands it to me in the middle of the turn, *Queue* keeps it for afterwards, *Stop turn* ends it.
- Send \`approve\` for another question, \`patch\` for a diff, \`plan\` for a plan, \`command\` for a command that fails, \`error\` for a connection that breaks.
- Change the permissions below the message box, send \`tour\` and see what becomes different.
- Send \`help\` for this list.

## When you want a real model

Put its address into \`config.toml\` in the profile folder (usually \`~/.skein\`) and start a new thread:

\`\`\`toml
model = "name-of-the-model"
model_provider = "mine"

[model_providers.mine]
base_url = "http://127.0.0.1:11434/v1"  # any server with the Responses API
env_key = "MINE_API_KEY"                # leave out if it needs no key
\`\`\`
`

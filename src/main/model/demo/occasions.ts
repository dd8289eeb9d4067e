// Scripts that are not asked for by a word: they belong to plan mode, to a review, and to a summing-up.
import { run, type Step, say, think } from './act.ts'
import type { Occasion } from './scene.ts'

export const occasions = {
  proposal: [
    () => [
      think('**Looking before leaping**\n\nIn plan mode I look around and change nothing.'),
      run('ls'),
    ],
    () => [
      say(
        'I looked around and changed nothing. This is what I would do; leave plan mode to let me begin.\n' +
          '<proposed_plan>\n# A reading corner\n\nA quiet place for the poem of the demo.\n\n' +
          '- Write the poem into a file\n- Mend its second verse\n- Count its lines as a check\n</proposed_plan>\n',
      ),
    ],
  ],
  review: [() => [say('I read what changed.'), run('ls')], () => [say(verdict)]],
  summary: [() => [say(notes)]],
} satisfies Record<string, readonly Step[]>

export function occasionOf(occasion: Occasion): keyof typeof occasions | null {
  switch (occasion) {
    case 'planMode':
      return 'proposal'
    case 'review':
    case 'summary':
      return occasion
    case null:
      return null
  }
}

const verdict = JSON.stringify({
  findings: [
    {
      title: 'Close the window before it rains',
      body: 'An example of a finding, by the demo: it names what goes wrong, when, and where to look.',
      priority: 2,
      confidence_score: 0.5,
      code_location: {
        absolute_file_path: '/demo/window.ts',
        line_range: { start: 3, end: 5 },
      },
    },
  ],
  overall_correctness: 'patch is correct',
  overall_explanation:
    'The demo reviewed a change that it made up itself, and found one small thing.',
  overall_confidence_score: 0.5,
})

const notes =
  'The person tries out the demo. Scripts were played in a scratch folder; nothing is left to do. (Notes of the demo, which sums up without reading.)'

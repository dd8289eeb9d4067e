// Settings that are seldom changed: one menu for all of them, and a chip for each that is not as usual.
import { SlidersHorizontal } from 'lucide-react'
import { Menu, MenuChoice, MenuGroup } from '../../ui/menu.tsx'
import { AnswerFormChip, AnswerFormItem } from './answer-form.tsx'
import { Chip, type SettingChipProps } from './chip.tsx'
import { FolderChip, FolderItem } from './folder-chip.tsx'
import type { Chosen } from './overrides.ts'

interface Choice {
  readonly words: string
  readonly detail: string
  readonly chosen: Chosen
}

interface SeldomSetting {
  readonly key: 'approvalsReviewer' | 'summary' | 'personality' | 'serviceTier'
  readonly name: string
  readonly usual: string
  readonly choices: readonly Choice[]
}

const seldom: readonly SeldomSetting[] = [
  {
    key: 'approvalsReviewer',
    name: 'reviewer',
    usual: 'you answer',
    choices: [
      {
        words: 'you answer',
        detail: 'Questions about actions come to you',
        chosen: { approvalsReviewer: 'user' },
      },
      {
        words: 'automatic review',
        detail: 'A model answers in your place; it fails closed and says why',
        chosen: { approvalsReviewer: 'auto_review' },
      },
    ],
  },
  {
    key: 'summary',
    name: 'summary',
    usual: 'usual summary',
    choices: [
      { words: 'auto summary', detail: 'As the model thinks fit', chosen: { summary: 'auto' } },
      { words: 'concise summary', detail: 'Of its reasoning', chosen: { summary: 'concise' } },
      { words: 'detailed summary', detail: 'Of its reasoning', chosen: { summary: 'detailed' } },
      { words: 'no summary', detail: 'Reasoning stays hidden', chosen: { summary: 'none' } },
    ],
  },
  {
    key: 'serviceTier',
    name: 'tier',
    usual: 'usual tier',
    choices: [
      {
        words: 'standard tier',
        detail: 'Usual speed and price',
        chosen: { serviceTier: 'default' },
      },
      {
        words: 'priority tier',
        detail: 'Faster and dearer, where the provider has it',
        chosen: { serviceTier: 'priority' },
      },
      {
        words: 'flex tier',
        detail: 'Cheaper and slower, where the provider has it',
        chosen: { serviceTier: 'flex' },
      },
    ],
  },
  {
    key: 'personality',
    name: 'personality',
    usual: 'usual personality',
    choices: [
      { words: 'no personality', detail: 'Nothing is said of it', chosen: { personality: 'none' } },
      { words: 'friendly', detail: 'Warm and encouraging', chosen: { personality: 'friendly' } },
      { words: 'pragmatic', detail: 'Brief and factual', chosen: { personality: 'pragmatic' } },
    ],
  },
]

export function MoreChips({ composer, settings, next, refused }: SettingChipProps) {
  const shown = seldom.map((setting) => ({
    setting,
    value: wordsOf(setting, next[setting.key]),
    before: wordsOf(setting, settings[setting.key]),
  }))
  const choicesOf = ({ choices }: SeldomSetting, value: string) =>
    choices.map(({ words, detail, chosen }) => (
      <MenuChoice
        key={words}
        isChosen={words === value}
        detail={detail}
        onSelect={() => composer.choose(chosen)}
      >
        {words}
      </MenuChoice>
    ))
  const trigger = (
    <button type="button" className="chip" aria-label="More settings" data-testid="chip:more">
      <SlidersHorizontal size={13} aria-hidden />
    </button>
  )
  return (
    <>
      {shown
        .filter(({ setting, value, before }) => value !== setting.usual || before !== value)
        .map(({ setting, value, before }) => (
          <Chip
            key={setting.key}
            setting={setting.name}
            value={value}
            before={before}
            isRefused={refused[setting.key] !== undefined}
          >
            {choicesOf(setting, value)}
          </Chip>
        ))}
      <FolderChip composer={composer} settings={settings} next={next} refused={refused} />
      <AnswerFormChip composer={composer} />
      <Menu trigger={trigger} placement="top-start">
        <MenuGroup label="Where and how it answers">
          <FolderItem cwd={next.cwd} />
          <AnswerFormItem />
        </MenuGroup>
        {shown.map(({ setting, value }) => (
          <MenuGroup key={setting.key} label={capital(setting.name)}>
            {choicesOf(setting, value)}
          </MenuGroup>
        ))}
      </Menu>
    </>
  )
}

function wordsOf({ key, usual, choices }: SeldomSetting, value: string | null): string {
  const found = choices.find(({ chosen }) => chosen[key] === value)
  return found?.words ?? (value === null ? usual : value)
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

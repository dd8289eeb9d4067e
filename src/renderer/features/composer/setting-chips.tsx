// The settings of the next turn as chips: each shows its value and opens the choice.
import { RotateCcw } from 'lucide-react'
import type { ApprovalPolicy, Model } from '../../../protocol/index.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { MenuChoice } from '../../ui/menu.tsx'
import { profileText } from '../threads/start-params.ts'
import { Chip, type SettingChipProps } from './chip.tsx'
import type { ComposerStore } from './composer-store.ts'
import { ModeChip } from './mode-chip.tsx'
import { MoreChips } from './more-chips.tsx'
import { approvalWords, effective, effortWords, permissionWords } from './overrides.ts'
import type { OverrideCheck } from './use-override-check.ts'

export interface SettingChipsProps {
  store: ThreadStore
  composer: ComposerStore
  isRunning: boolean
  check: OverrideCheck
}

export function SettingChips({ store, composer, isRunning, check }: SettingChipsProps) {
  const { ui } = useStores()
  const isOnlyThisTurn = useSelector(composer, (state) => state.isOnlyThisTurn)
  const settings = useSelector(store, (state) => state.settings)
  const chosen = useSelector(composer, (state) => state.chosen)
  if (!settings) return <div className="chips" />
  const { refused } = check
  const props = { composer, settings, next: effective(settings, chosen), refused }
  const isChanged = Object.keys(chosen).length > 0
  return (
    <div className="chips">
      <ModelChip {...props} />
      <EffortChip {...props} />
      <PermissionsChip {...props} />
      <ApprovalsChip {...props} />
      <ModeChip store={store} />
      <MoreChips {...props} />
      {isChanged && (
        <>
          <IconButton
            label="Reset all"
            size="small"
            icon={<RotateCcw size={13} aria-hidden />}
            onClick={composer.resetChosen}
          />
          <label className="chips-scope">
            <input
              type="checkbox"
              checked={isOnlyThisTurn}
              onChange={(event) => composer.setOnlyThisTurn(event.target.checked)}
            />
            Only this turn
          </label>
          <Button
            size="small"
            variant="quiet"
            data-testid="preview-changes"
            onClick={() => ui.actions.openDialog({ kind: 'preview' })}
          >
            What would change
          </Button>
          {isRunning && <span className="chips-note">applies from the next turn</span>}
          {check.notes.map((note) => (
            <span key={note} className="chips-note">
              {note}
            </span>
          ))}
          <span className="chips-refused" role="status">
            {Object.values(refused).join(' ')}
          </span>
        </>
      )}
    </div>
  )
}

function ModelChip({ composer, settings, next, refused }: SettingChipProps) {
  const { config } = useStores()
  const models = useSelector(config, (state) => state.models)
  const nameOf = (model: string) => findModel(models, model)?.displayName ?? model
  const own = models.filter((model) => isOfProvider(model, settings.modelProvider))
  return (
    <Chip
      setting="model"
      value={nameOf(next.model)}
      before={nameOf(settings.model)}
      isRefused={refused.model !== undefined}
    >
      {own.map((model) => (
        <MenuChoice
          key={model.id}
          isChosen={model.model === next.model}
          detail={modelDetail(model)}
          onSelect={() => composer.choose({ model: model.model })}
        >
          {model.displayName}
        </MenuChoice>
      ))}
      {own.length === 0 && (
        <MenuChoice isChosen onSelect={() => {}}>
          {nameOf(next.model)}
        </MenuChoice>
      )}
    </Chip>
  )
}

function modelDetail({ description, skein }: Model): string | undefined {
  const window = skein?.contextWindow
  const size = window ? `${Math.round(window / 1000)}K context` : ''
  return [description, size].filter(Boolean).join(' · ') || undefined
}

function isOfProvider(model: Model, provider: string): boolean {
  return model.skein === undefined || model.skein.provider === provider
}

function findModel(models: readonly Model[], name: string): Model | undefined {
  return models.find((model) => model.model === name)
}

function EffortChip({ composer, settings, next, refused }: SettingChipProps) {
  const { config } = useStores()
  const model = useSelector(config, (state) => findModel(state.models, next.model))
  const efforts = model?.supportedReasoningEfforts ?? []
  if (efforts.length === 0 && next.effort === null) return null
  return (
    <Chip
      setting="effort"
      value={effortWords(next.effort, model)}
      before={effortWords(settings.effort, model)}
      isRefused={refused.effort !== undefined}
    >
      {efforts.map(({ reasoningEffort, description }) => (
        <MenuChoice
          key={reasoningEffort}
          isChosen={reasoningEffort === (next.effort ?? model?.defaultReasoningEffort)}
          detail={description || undefined}
          onSelect={() => composer.choose({ effort: reasoningEffort })}
        >
          {reasoningEffort}
        </MenuChoice>
      ))}
    </Chip>
  )
}

function PermissionsChip({ composer, settings, next, refused }: SettingChipProps) {
  const { config } = useStores()
  const profiles = useSelector(config, (state) => state.profiles)
  const words = permissionWords(next.permissions, settings)
  return (
    <Chip
      setting="permissions"
      value={words}
      before={permissionWords(settings.permissions, settings)}
      isRefused={refused.permissions !== undefined}
      isDanger={words === 'full access'}
    >
      {profiles.map(({ id, description, allowed }) => (
        <MenuChoice
          key={id}
          isChosen={id === next.permissions}
          disabled={!allowed}
          tone={id === ':danger-full-access' ? 'danger' : 'normal'}
          detail={description ?? profileText(id).sentence}
          onSelect={() => composer.choose({ permissions: id })}
        >
          {profileText(id).name}
        </MenuChoice>
      ))}
    </Chip>
  )
}

const policies: readonly { policy: ApprovalPolicy; name: string; detail: string }[] = [
  {
    policy: 'untrusted',
    name: 'Ask often',
    detail: 'Only commands known to be harmless run without a question',
  },
  {
    policy: 'on-request',
    name: 'Ask when needed',
    detail: 'The agent asks when it must leave the sandbox',
  },
  {
    policy: 'never',
    name: 'Never ask',
    detail: 'What the sandbox forbids fails; nobody is asked',
  },
]

function ApprovalsChip({ composer, settings, next, refused }: SettingChipProps) {
  return (
    <Chip
      setting="approvals"
      value={approvalWords(next.approvalPolicy)}
      before={approvalWords(settings.approvalPolicy)}
      isRefused={refused.approvalPolicy !== undefined}
      isDanger={next.approvalPolicy === 'never'}
    >
      {policies.map(({ policy, name, detail }) => (
        <MenuChoice
          key={name}
          isChosen={policy === next.approvalPolicy}
          tone={policy === 'never' ? 'danger' : 'normal'}
          detail={detail}
          onSelect={() => composer.choose({ approvalPolicy: policy })}
        >
          {name}
        </MenuChoice>
      ))}
    </Chip>
  )
}

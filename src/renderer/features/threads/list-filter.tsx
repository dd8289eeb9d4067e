// Narrows the thread list, and says by what as long as it is narrowed.
import { Funnel, X } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { dateFilters, type StatusFilter, statusFilters } from '../../state/thread-filter.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuChoice, MenuGroup } from '../../ui/menu.tsx'
import { dateFilterNames, originNames, statusFilterNames, useFilterWords } from './filter-words.ts'
import { folderName } from './folder-name.ts'
import { useProviderNames } from './use-provider-names.ts'
import { useRecentFolders } from './use-recent-folders.ts'

export function ListFilter() {
  const trigger = <IconButton label="Filter threads" icon={<Funnel size={14} aria-hidden />} />
  return (
    <Menu trigger={trigger} placement="bottom-end">
      <FilterChoices />
    </Menu>
  )
}

function FilterChoices() {
  const { threadList, arrangement, providers: store } = useStores()
  const projects = useSelector(arrangement, (state) => state.projects)
  const filter = useSelector(threadList, (state) => state.filter)
  const view = useSelector(threadList, (state) => state.view)
  const folders = withChosen(filter.folder, useRecentFolders())
  const providers = useProviderNames()
  const providerIds = withChosen(filter.provider, [...providers.keys()])
  const listed = useSelector(threadList, (state) => state.threads)
  const models = useMemo(() => {
    const known = [...new Set(listed.flatMap(({ model }) => model ?? []))].sort()
    return withChosen(filter.model, known)
  }, [listed, filter.model])
  useEffect(() => void store.load(), [store])
  const narrow = (changes: Partial<typeof filter>) => void threadList.actions.filter(changes)
  const show = (to: typeof view) => void (to === view || threadList.actions.show(to))
  return (
    <>
      <MenuGroup label="Status">
        <MenuChoice isChosen={filter.status === null} onSelect={() => narrow({ status: null })}>
          Any status
        </MenuChoice>
        {statusFilters.map((status: StatusFilter) => (
          <MenuChoice
            key={status}
            isChosen={status === filter.status}
            onSelect={() => narrow({ status })}
          >
            {statusFilterNames[status]}
          </MenuChoice>
        ))}
      </MenuGroup>
      <MenuGroup label="Folder">
        <MenuChoice isChosen={filter.folder === null} onSelect={() => narrow({ folder: null })}>
          All folders
        </MenuChoice>
        {folders.map((folder) => (
          <MenuChoice
            key={folder}
            isChosen={folder === filter.folder}
            detail={folder}
            onSelect={() => narrow({ folder })}
          >
            {folderName(folder)}
          </MenuChoice>
        ))}
      </MenuGroup>
      <MenuGroup label="Model provider">
        <MenuChoice isChosen={filter.provider === null} onSelect={() => narrow({ provider: null })}>
          All providers
        </MenuChoice>
        {providerIds.map((provider) => (
          <MenuChoice
            key={provider}
            isChosen={provider === filter.provider}
            onSelect={() => narrow({ provider })}
          >
            {providers.get(provider) ?? provider}
          </MenuChoice>
        ))}
      </MenuGroup>
      <OneOf
        label="Project"
        any="All projects"
        chosen={filter.project}
        choices={projects.map(({ id, name }) => [id, name])}
        onChoose={(project) => narrow({ project })}
      />
      <OneOf
        label="Model"
        any="All models"
        chosen={filter.model}
        choices={models.map((model) => [model, model])}
        onChoose={(model) => narrow({ model })}
      />
      <OneOf
        label="Active"
        any="Any time"
        chosen={filter.days}
        choices={dateFilters.map((days) => [days, dateFilterNames[days]])}
        onChoose={(days) => narrow({ days })}
      />
      <OneOf
        label="Files and goals"
        any="All"
        chosen={filter.changes ? 'changes' : filter.goal ? 'goal' : null}
        choices={[
          ['changes', 'Changed files'],
          ['goal', 'Has a goal'],
        ]}
        onChoose={(what) =>
          narrow({
            changes: what === 'changes' ? true : null,
            goal: what === 'goal' ? true : null,
          })
        }
      />
      <OneOf
        label="Origin"
        any="Any origin"
        chosen={filter.origin}
        choices={(['native', 'import', 'fork'] as const).map((each) => [each, originNames[each]])}
        onChoose={(origin) => narrow({ origin })}
      />
      <MenuGroup label="Where">
        <MenuChoice isChosen={view === 'active'} onSelect={() => show('active')}>
          Threads
        </MenuChoice>
        <MenuChoice isChosen={view === 'archived'} onSelect={() => show('archived')}>
          Archived threads
        </MenuChoice>
      </MenuGroup>
    </>
  )
}

interface OneOfProps<V> {
  label: string
  any: string
  chosen: V | null
  /** Each with its word. */
  choices: readonly (readonly [V, string])[]
  onChoose: (choice: V | null) => void
}

function OneOf<V extends string | number>(props: OneOfProps<V>) {
  const { label, any, chosen, choices, onChoose } = props
  if (choices.length === 0) return null
  return (
    <MenuGroup label={label}>
      <MenuChoice isChosen={chosen === null} onSelect={() => onChoose(null)}>
        {any}
      </MenuChoice>
      {choices.map(([choice, word]) => (
        <MenuChoice key={choice} isChosen={choice === chosen} onSelect={() => onChoose(choice)}>
          {word}
        </MenuChoice>
      ))}
    </MenuGroup>
  )
}

/** One for each filter that is set. */
export function FilterChips() {
  const { threadList } = useStores()
  const words = useFilterWords()
  if (words.length === 0) return null
  return (
    <div className="sidebar-chips">
      {words.map(({ part, name, value, detail }) => (
        <span key={part} className="sidebar-chip" title={detail}>
          <span className="sidebar-chip-text">
            {name}: {value}
          </span>
          <IconButton
            size="small"
            label={`Remove filter: ${name.toLowerCase()} ${value}`}
            icon={<X size={12} aria-hidden />}
            onClick={() => void threadList.actions.filter({ [part]: null })}
          />
        </span>
      ))}
    </div>
  )
}

/** What is chosen stays in the menu, also when no thread shown has it. */
function withChosen(chosen: string | null, known: readonly string[]): readonly string[] {
  return chosen === null || known.includes(chosen) ? known : [chosen, ...known]
}

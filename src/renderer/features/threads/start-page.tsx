// Where a thread begins: in a folder of the person's choice, or with the scripted demo. Also what a first run shows.
import { FileInput, FolderOpen, Play } from 'lucide-react'
import { useId, useState } from 'react'
import { DEMO_PROVIDER, defaultModel } from '../../state/config-store.ts'
import { messageOf } from '../../state/failures.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { TrustQuestion } from '../config/trust-question.tsx'
import { DEMO_LABEL } from './demo-label.tsx'
import { folderName } from './folder-name.ts'
import { ProviderHelp } from './provider-help.tsx'
import { profileText, startParams } from './start-params.ts'
import '../../ui/field.css'
import './start-page.css'
import { useRecentFolders } from './use-recent-folders.ts'

const DEFAULT_PROFILE = ':workspace'

export function StartPage() {
  const { threadList, config } = useStores()
  const isFirstRun = useSelector(
    threadList,
    (state) =>
      state.phase === 'ready' &&
      state.threads.length === 0 &&
      state.searchTerm === '' &&
      state.view === 'active',
  )
  const hasProvider = useSelector(config, (state) =>
    state.models.some((model) => !model.skein?.demo),
  )
  const { start, isStarting, problem } = useStart()
  // The models arrive after the page: with a key, a form that changes its place keeps what was typed into it.
  const folderForm = <FolderForm key="folder" isBusy={isStarting} onStart={start} />
  // Without a provider the demo is what works at once, so it comes first.
  const demoCard = (
    <DemoCard
      key="demo"
      isBusy={isStarting}
      isMain={!hasProvider}
      onStart={() => start({ modelProvider: DEMO_PROVIDER })}
    />
  )
  return (
    <div className="start-page">
      <div className="start-column">
        <h1 className="start-title">{isFirstRun ? 'Welcome to Skein' : 'New thread'}</h1>
        <p className="start-lead">
          {isFirstRun
            ? 'A thread is a long conversation with a coding agent that works in one folder of this machine. Everything it says and does is kept here.'
            : 'Choose the folder the agent works in.'}
        </p>
        {hasProvider ? folderForm : demoCard}
        {problem !== null && (
          <p role="alert" className="start-problem">
            The thread was not started: {problem}
          </p>
        )}
        {hasProvider ? demoCard : folderForm}
        {isFirstRun && <ImportCard />}
        <ProviderHelp isOpen={isFirstRun} />
      </div>
    </div>
  )
}

type StartParams = Parameters<ReturnType<typeof useStores>['threads']['start']>[0]

function useStart() {
  const { threads, ui } = useStores()
  const [isStarting, setStarting] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  async function begin(params: StartParams): Promise<void> {
    setStarting(true)
    setProblem(null)
    try {
      const store = await threads.start(params)
      ui.actions.showThread(store.threadId)
    } catch (error) {
      setProblem(messageOf(error))
      setStarting(false)
    }
  }
  return { start: (params: StartParams) => void begin(params), isStarting, problem }
}

interface FormProps {
  isBusy: boolean
  onStart: (params: StartParams) => void
}

function FolderForm({ isBusy, onStart }: FormProps) {
  const { config, pickFolder } = useStores()
  const models = useSelector(config, (state) => state.models)
  const profiles = useSelector(config, (state) => state.profiles)
  const recent = useRecentFolders()
  const real = models.filter((model) => !model.skein?.demo)
  const [cwd, setCwd] = useState('')
  const [chosenModel, setChosenModel] = useState<string | null>(null)
  const [permissions, setPermissions] = useState(DEFAULT_PROFILE)
  const configured = useSelector(config, (state) => state.config.model_provider)
  const preset = defaultModel(real)
  const chosen = real.find((one) => one.id === chosenModel)
  const model = chosen ?? preset
  // What the configuration says anyway is left to it: the layer that set it stays known.
  const named = chosen ?? (preset?.skein?.provider === configured ? undefined : preset)
  const ids = { folder: useId(), recent: useId(), model: useId(), profile: useId() }
  const blocked = blockedBy(cwd, real.length > 0, isBusy)

  async function pick(): Promise<void> {
    const folder = await pickFolder?.()
    if (folder) setCwd(folder)
  }

  return (
    <form
      className="start-card"
      onSubmit={(event) => {
        event.preventDefault()
        if (blocked === undefined) onStart(startParams({ cwd, model: named, permissions }))
      }}
    >
      <label className="start-label" htmlFor={ids.folder}>
        Folder
      </label>
      <div className="start-folder">
        <input
          id={ids.folder}
          className="field field-mono"
          list={ids.recent}
          placeholder="/home/you/project"
          spellCheck={false}
          value={cwd}
          onChange={(event) => setCwd(event.target.value)}
        />
        <datalist id={ids.recent}>
          {recent.map((folder) => (
            <option key={folder} value={folder} />
          ))}
        </datalist>
        {pickFolder && (
          <Button icon={<FolderOpen size={15} aria-hidden />} onClick={() => void pick()}>
            Open folder…
          </Button>
        )}
      </div>
      <RecentFolders folders={recent} onChoose={setCwd} />
      <TrustQuestion folder={cwd.trim()} />
      <div className="start-pair">
        <div>
          <label className="start-label" htmlFor={ids.model}>
            Model
          </label>
          <select
            id={ids.model}
            className="field"
            value={model?.id ?? ''}
            disabled={real.length === 0}
            onChange={(event) => setChosenModel(event.target.value)}
          >
            {real.length === 0 && <option value="">No provider is set up</option>}
            {real.map((one) => (
              <option key={one.id} value={one.id}>
                {one.displayName}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label className="start-label" htmlFor={ids.profile}>
            Permissions
          </label>
          <select
            id={ids.profile}
            className="field"
            value={permissions}
            onChange={(event) => setPermissions(event.target.value)}
          >
            {profiles.map((profile) => (
              <option key={profile.id} value={profile.id} disabled={!profile.allowed}>
                {profileText(profile.id).name}
              </option>
            ))}
          </select>
        </div>
      </div>
      <p
        className={
          permissions === ':danger-full-access' ? 'start-note start-note-danger' : 'start-note'
        }
      >
        {profileText(permissions).sentence}
      </p>
      <div className="start-actions">
        <Button type="submit" variant="primary" disabledReason={blocked}>
          Start thread
        </Button>
        {blocked !== undefined && (cwd !== '' || real.length === 0) && (
          <span className="start-note">{blocked}</span>
        )}
      </div>
    </form>
  )
}

function blockedBy(cwd: string, hasModel: boolean, isBusy: boolean): string | undefined {
  if (isBusy) return 'The thread is being started'
  if (!hasModel) return 'Set up a provider first, as shown below'
  return cwd.trim() === '' ? 'Choose a folder first' : undefined
}

const SHOWN_FOLDERS = 4

function RecentFolders(props: { folders: readonly string[]; onChoose: (path: string) => void }) {
  if (props.folders.length === 0) return null
  return (
    <ul className="start-recent" aria-label="Recent folders">
      {props.folders.slice(0, SHOWN_FOLDERS).map((folder) => (
        <li key={folder}>
          <Button size="small" title={folder} onClick={() => props.onChoose(folder)}>
            {folderName(folder)}
          </Button>
        </li>
      ))}
    </ul>
  )
}

interface DemoCardProps {
  isBusy: boolean
  isMain: boolean
  onStart: () => void
}

function DemoCard({ isBusy, isMain, onStart }: DemoCardProps) {
  return (
    <section className="start-card start-demo" aria-labelledby="start-demo-title">
      <div>
        <h2 id="start-demo-title" className="start-heading">
          Try the offline demo
        </h2>
        <p className="start-note">
          {DEMO_LABEL}. It plays through commands, approvals, file changes and errors in a scratch
          folder of its own; it needs no key and sends nothing.
        </p>
      </div>
      <Button
        variant={isMain ? 'primary' : 'secondary'}
        icon={<Play size={14} aria-hidden />}
        disabled={isBusy}
        data-testid="start-demo"
        onClick={onStart}
      >
        Try the demo
      </Button>
    </section>
  )
}

function ImportCard() {
  const { ui } = useStores()
  return (
    <section className="start-card start-demo" aria-labelledby="start-import-title">
      <div>
        <h2 id="start-import-title" className="start-heading">
          Bring your threads along
        </h2>
        <p className="start-note">
          Threads of Codex are read from its folder, nothing there is changed, and they go on here.
        </p>
      </div>
      <Button
        icon={<FileInput size={14} aria-hidden />}
        onClick={() => ui.actions.openDialog({ kind: 'importThreads' })}
      >
        Import threads…
      </Button>
    </section>
  )
}

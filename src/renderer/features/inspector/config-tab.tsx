// Under which settings a turn ran, or the next one will: every value with the layer that set it.
import { Copy } from 'lucide-react'
import { Fragment, useEffect, useState } from 'react'
import type { ConfigSnapshotView } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { Button } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { Badge } from '../../ui/small.tsx'
import { LayerList } from '../config/layer-list.tsx'
import { configKeyOf, layerValues } from '../config/layer-values.ts'
import { useLayers } from '../config/use-layers.ts'
import { type ConfigRow, configRows, layerText } from './config-rows.ts'
import { PathTester } from './path-tester.tsx'
import { SandboxBox } from './sandbox-box.tsx'
import { settingsToml } from './settings-toml.ts'
import { SnapshotHistory } from './snapshot-history.tsx'
import { useChangedSinceStart } from './use-changed-since-start.ts'

export function ConfigTab({ store }: { store: ThreadStore }) {
  const { ui } = useStores()
  const turnId = useSelector(ui, (state) => state.inspectedTurnId)
  const turn = useSelector(store, (state) => state.turns.find((one) => one.id === turnId))
  const { snapshot, problem } = useSnapshot(store, turnId)
  if (problem !== null) {
    return (
      <p role="alert" className="inspector-empty">
        The settings could not be read: {problem}
      </p>
    )
  }
  if (!snapshot) return null
  return (
    <>
      <div className="inspector-section">
        <h2 className="inspector-heading">
          {turnId === null ? 'Settings now' : `Settings of turn ${turn?.number ?? ''}`}
        </h2>
        <div className="inspector-bar">
          <span className="inspector-sub">
            Snapshot <code>{snapshot.id.slice(0, 12)}</code>
          </span>
          {turnId !== null && (
            <Button size="small" onClick={() => ui.actions.inspect('config')}>
              Show settings now
            </Button>
          )}
        </div>
      </div>
      <SandboxBox snapshot={snapshot}>
        <PathTester threadId={store.threadId} snapshotId={snapshot.id} />
      </SandboxBox>
      <SettingsTable threadId={store.threadId} snapshot={snapshot} />
      <SnapshotHistory store={store} />
    </>
  )
}

/** Reads again when the thread's settings change, since "now" is something else then. */
function useSnapshot(store: ThreadStore, turnId: string | null) {
  const { config } = useStores()
  const settings = useSelector(store, (state) => state.settings)
  const [snapshot, setSnapshot] = useState<ConfigSnapshotView | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the settings are what makes the reading old.
  useEffect(() => {
    let isWanted = true
    const { threadId } = store
    config.readSnapshot(turnId === null ? { threadId } : { threadId, turnId }).then(
      (read) => {
        if (!isWanted) return
        setSnapshot(read)
        setProblem(null)
      },
      (error: unknown) => isWanted && setProblem(messageOf(error)),
    )
    return () => {
      isWanted = false
    }
  }, [config, store, turnId, settings])
  return { snapshot, problem }
}

function SettingsTable(props: { threadId: string; snapshot: ConfigSnapshotView }) {
  const { threadId, snapshot } = props
  const { ui } = useStores()
  const [filter, setFilter] = useState('')
  const [isOnlyChanged, setOnlyChanged] = useState(false)
  const [isSinceStart, setSinceStart] = useState(false)
  const changed = useChangedSinceStart(threadId, snapshot.id, isSinceStart)
  const rows = configRows(snapshot, { filter, isOnlyChanged }).filter(
    ({ key }) => changed === null || changed.has(key),
  )
  const { cwd } = snapshot.values
  const layers = useLayers(typeof cwd === 'string' ? cwd : undefined)?.layers ?? []
  const copy = (form: 'JSON' | 'TOML') => {
    const text = form === 'JSON' ? JSON.stringify(snapshot, null, 2) : settingsToml(snapshot)
    void navigator.clipboard.writeText(text)
    ui.actions.toast({ text: `Settings copied as ${form}` })
  }
  return (
    <div className="inspector-section">
      <div className="inspector-bar">
        <input
          type="search"
          aria-label="Filter settings"
          placeholder="Filter"
          className="field field-small"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <CopyMenu onCopy={copy} />
      </div>
      <label className="config-only">
        <input
          type="checkbox"
          checked={isOnlyChanged}
          onChange={(event) => setOnlyChanged(event.target.checked)}
        />
        Only non-default
      </label>
      <label className="config-only">
        <input
          type="checkbox"
          checked={isSinceStart}
          onChange={(event) => setSinceStart(event.target.checked)}
        />
        Only changed since the first turn
      </label>
      <table className="config-table" aria-label="Settings">
        <thead>
          <tr>
            <th scope="col" className="config-key-column">
              Key
            </th>
            <th scope="col">Value</th>
            <th scope="col" className="config-layer-column">
              Set by
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <SettingRow key={row.key} row={row} layers={layers} />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="inspector-sub">No setting fits the filter.</p>}
    </div>
  )
}

function CopyMenu({ onCopy }: { onCopy: (form: 'JSON' | 'TOML') => void }) {
  return (
    <Menu
      placement="bottom-end"
      trigger={<Button icon={<Copy size={14} aria-hidden />}>Copy</Button>}
    >
      <MenuItem onSelect={() => onCopy('TOML')} detail="What a config.toml can set">
        As TOML
      </MenuItem>
      <MenuItem onSelect={() => onCopy('JSON')} detail="The whole snapshot with its layers">
        As JSON
      </MenuItem>
    </Menu>
  )
}

interface SettingRowProps {
  row: ConfigRow
  layers: Parameters<typeof layerValues>[0]
}

function SettingRow({ row, layers }: SettingRowProps) {
  const [isOpen, setOpen] = useState(false)
  const layer = layerText(row.layer)
  const key = configKeyOf(row.key)
  const badge = <Badge tone={row.layer === 'defaults' ? 'neutral' : 'accent'}>{layer}</Badge>
  return (
    <tr aria-label={`${row.key}: ${row.value}, set by ${layer}`} data-testid={`config:${row.key}`}>
      <td>{breakable(row.key)}</td>
      <td className={row.isSet ? 'config-value' : 'config-value config-value-none'}>
        {row.value}
        {isOpen && key !== undefined && <LayerList values={layerValues(layers, key)} />}
      </td>
      <td>
        {key === undefined ? (
          badge
        ) : (
          <button
            type="button"
            className="config-layers"
            aria-expanded={isOpen}
            aria-label={`Layers of ${row.key}`}
            onClick={() => setOpen(!isOpen)}
          >
            {badge}
          </button>
        )}
      </td>
    </tr>
  )
}

/** Long names may break before a capital letter. */
function breakable(key: string) {
  return key.split(/(?=[A-Z])/).map((word, index) => (
    <Fragment key={word}>
      {index > 0 && <wbr />}
      {word}
    </Fragment>
  ))
}

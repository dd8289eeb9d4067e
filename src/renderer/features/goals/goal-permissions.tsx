// Under which permissions the thread works for its goal: those it has, or others that it keeps.
import { useSelector, useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { FULL_ACCESS, permissionWords } from '../composer/overrides.ts'
import { profileText } from '../threads/start-params.ts'

interface GoalPermissionsProps {
  readonly id: string
  readonly store: ThreadStore
  /** Null: as the thread is. */
  readonly value: string | null
  readonly onChange: (permissions: string | null) => void
}

export function GoalPermissions({ id, store, value, onChange }: GoalPermissionsProps) {
  const { config } = useStores()
  const profiles = useSelector(config, (state) => state.profiles)
  const settings = useSelector(store, (state) => state.settings)
  const own = settings?.permissions ?? null
  return (
    <>
      <select
        id={id}
        className="field"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value || null)}
      >
        <option value="">
          {settings ? `As now: ${permissionWords(own, settings)}` : 'As the thread is'}
        </option>
        {profiles
          .filter((profile) => profile.id !== own)
          .map((profile) => (
            <option key={profile.id} value={profile.id} disabled={!profile.allowed}>
              {profileText(profile.id).name}
            </option>
          ))}
      </select>
      {value !== null && (
        <p className={value === FULL_ACCESS ? 'goal-hint goal-near' : 'goal-hint'}>
          {profileText(value).sentence} The thread keeps it.
        </p>
      )}
    </>
  )
}

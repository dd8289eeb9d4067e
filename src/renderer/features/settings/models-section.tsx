// Settings > Models: which providers there are, where their keys come from, and how another one comes in.
import { KeyRound } from 'lucide-react'
import { type FormEvent, useEffect, useId, useState } from 'react'
import type { ModelProviderView } from '../../../protocol/index.ts'
import { messageOf } from '../../state/failures.ts'
import { reportFailure } from '../../state/report-failure.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'
import { Badge } from '../../ui/small.tsx'
import '../../ui/field.css'
import './models-section.css'

export function ModelsSection() {
  const { providers } = useStores()
  const list = useSelector(providers, (state) => state.providers)
  const defaultId = useSelector(providers, (state) => state.defaultId)
  const problem = useSelector(providers, (state) => state.problem)
  useEffect(() => void providers.load(), [providers])
  return (
    <>
      {problem !== null && <p role="alert">The providers could not be read: {problem}</p>}
      <ul className="providers" aria-label="Providers">
        {(list ?? []).map((provider) => (
          <Provider key={provider.id} provider={provider} isDefault={provider.id === defaultId} />
        ))}
      </ul>
      <AddProvider />
    </>
  )
}

function Provider({ provider, isDefault }: { provider: ModelProviderView; isDefault: boolean }) {
  const { id, name, baseUrl, skein } = provider
  const api = skein?.wireApi === 'chat' ? 'Chat Completions' : 'Responses'
  const detail = skein?.demo ? 'built in' : [api, baseUrl ?? 'its own address'].join(' · ')
  return (
    <li className="provider">
      <div className="setting-words">
        <span className="setting-label">
          {name} {isDefault && <Badge tone="accent">default</Badge>}
        </span>
        <span className="setting-detail">
          <code>{id}</code> · {detail}
        </span>
      </div>
      {skein && !skein.demo && <Key providerId={id} name={name} skein={skein} />}
    </li>
  )
}

type Extras = NonNullable<ModelProviderView['skein']>

const keyWords: Readonly<Record<Extras['key'], string>> = {
  notNeeded: 'no key in use',
  environment: 'key from the environment',
  secretStore: 'key in the secret store of this system',
  session: 'key for this session only: this system offers no secret store here',
  missing: 'no key yet',
}

function Key(props: { providerId: string; name: string; skein: Extras }) {
  const stores = useStores()
  const { providerId, name, skein } = props
  const [isEntering, setEntering] = useState(false)
  const isStored = skein.key === 'secretStore' || skein.key === 'session'
  const set = (key: string | null) => {
    setEntering(false)
    void reportFailure(stores, stores.providers.setKey(providerId, key))
  }
  return (
    <div className="provider-key">
      <span className={skein.key === 'missing' ? 'provider-missing' : 'setting-detail'}>
        {keyWords[skein.key]}
        {skein.key === 'missing' && skein.envKey !== null && (
          <>
            {' '}
            (or set <code>{skein.envKey}</code>)
          </>
        )}
      </span>
      {isEntering ? (
        <KeyForm name={name} onSet={set} onCancel={() => setEntering(false)} />
      ) : (
        <span className="provider-actions">
          <Button
            size="small"
            icon={<KeyRound size={13} aria-hidden />}
            aria-label={`Enter a key for ${name}`}
            onClick={() => setEntering(true)}
          >
            {isStored ? 'Replace key' : 'Enter key'}
          </Button>
          {isStored && (
            <Button
              size="small"
              variant="quiet"
              aria-label={`Forget the key of ${name}`}
              onClick={() => set(null)}
            >
              Forget
            </Button>
          )}
        </span>
      )}
    </div>
  )
}

interface KeyFormProps {
  name: string
  onSet: (key: string) => void
  onCancel: () => void
}

function KeyForm({ name, onSet, onCancel }: KeyFormProps) {
  const [key, setKey] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (key.trim() !== '') onSet(key.trim())
  }
  return (
    <form className="provider-actions" onSubmit={submit}>
      <input
        className="field field-small"
        type="password"
        autoComplete="off"
        aria-label={`Key for ${name}`}
        value={key}
        // biome-ignore lint/a11y/noAutofocus: the person asked for this field by the button it replaces.
        autoFocus
        onChange={(event) => setKey(event.target.value)}
      />
      <Button size="small" variant="primary" type="submit" disabled={key.trim() === ''}>
        Save key
      </Button>
      <Button size="small" onClick={onCancel}>
        Cancel
      </Button>
    </form>
  )
}

const empty = { name: '', address: '', api: 'responses', model: '', key: '' } as const

function AddProvider() {
  const { providers, config, ui } = useStores()
  const id = useId()
  const [form, setForm] = useState<Record<keyof typeof empty, string>>(empty)
  const [problem, setProblem] = useState<string | null>(null)
  const isWhole = form.name.trim() !== '' && form.model.trim() !== '' && isAddress(form.address)

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setProblem(null)
    try {
      await providers.add({
        name: form.name.trim(),
        address: form.address.trim(),
        api: form.api === 'chat' ? 'chat' : 'responses',
        model: form.model.trim(),
        key: form.key.trim(),
      })
      await config.load()
      setForm(empty)
      ui.actions.toast({ text: `${form.name.trim()} is the provider of new threads now` })
    } catch (error) {
      setProblem(messageOf(error))
    }
  }

  const field = (name: keyof typeof empty, label: string, hint: string, type = 'text') => (
    <label className="provider-field" htmlFor={`${id}-${name}`}>
      <span>{label}</span>
      <input
        id={`${id}-${name}`}
        className="field"
        type={type}
        autoComplete="off"
        placeholder={hint}
        value={form[name]}
        onChange={(event) => setForm({ ...form, [name]: event.target.value })}
      />
    </label>
  )
  return (
    <form className="provider-form" aria-label="Add a provider" onSubmit={submit}>
      <h2>Add a provider</h2>
      <p className="settings-text">
        A service with a key, or a server on this machine such as Ollama, llama.cpp, LM Studio or
        vLLM. It is written into config.toml; the key is not.
      </p>
      {field('name', 'Name', 'Local server')}
      {field('address', 'Address', 'http://127.0.0.1:11434/v1')}
      <label className="provider-field" htmlFor={`${id}-api`}>
        <span>API</span>
        <select
          id={`${id}-api`}
          className="field"
          value={form.api}
          onChange={(event) => setForm({ ...form, api: event.target.value })}
        >
          <option value="responses">Responses</option>
          <option value="chat">Chat Completions (most local servers)</option>
        </select>
      </label>
      {field('model', 'Model', 'name of the model, as the server knows it')}
      {field('key', 'Key', 'empty for none', 'password')}
      {problem !== null && (
        <p role="alert" className="provider-missing">
          It was not added: {problem}
        </p>
      )}
      <div>
        <Button variant="primary" type="submit" disabled={!isWhole}>
          Add provider
        </Button>
      </div>
    </form>
  )
}

function isAddress(text: string): boolean {
  return /^https?:\/\//.test(text.trim()) && URL.canParse(text.trim())
}

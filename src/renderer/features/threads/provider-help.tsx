// How a model other than the demo comes in: one sentence, and the lines to copy.
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'

const EXAMPLES = [
  {
    title: 'A provider with a key',
    text: [
      'model = "your-model"',
      'model_provider = "mine"',
      '',
      '[model_providers.mine]',
      'name = "My provider"',
      'base_url = "https://api.example.com/v1"',
      'env_key = "MY_PROVIDER_KEY"',
    ].join('\n'),
  },
  {
    title: 'A server on this machine',
    text: [
      'model = "your-model"',
      'model_provider = "local"',
      '',
      '[model_providers.local]',
      'name = "Local server"',
      'base_url = "http://127.0.0.1:8080/v1"',
    ].join('\n'),
  },
] as const

export function ProviderHelp({ isOpen }: { isOpen: boolean }) {
  const { ui } = useStores()
  return (
    <details className="start-help" open={isOpen}>
      <summary>Use a provider key or a local server</summary>
      <p className="start-note">
        Skein reads its providers from the file <code>config.toml</code> in its home folder (
        <code>~/.skein</code>); a key itself stays in the environment variable that the file names,
        or in the secret store of this system.
      </p>
      <p>
        <Button onClick={() => ui.actions.openSettings('models')}>Set up a provider</Button>
      </p>
      <div className="start-examples">
        {EXAMPLES.map(({ title, text }) => (
          <Example key={title} title={title} text={text} />
        ))}
      </div>
    </details>
  )
}

function Example({ title, text }: { title: string; text: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => setCopied(true))
  }
  const icon = isCopied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />
  return (
    <figure className="start-example">
      <figcaption>
        <span>{title}</span>
        <Button
          size="small"
          variant="quiet"
          icon={icon}
          aria-label={`Copy example: ${title}`}
          onClick={copy}
        >
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it may scroll sideways, which needs the focus. */}
      <pre tabIndex={0}>{text}</pre>
    </figure>
  )
}

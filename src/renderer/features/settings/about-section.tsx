// Settings > About and diagnostics: what runs, where it keeps things, and how it is, to be copied for a report.
import { Copy } from 'lucide-react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button } from '../../ui/button.tsx'

export function AboutSection() {
  const { config, connection, host, ui } = useStores()
  const health = useSelector(connection, (state) => state.health)
  const origins = useSelector(config, (state) => state.origins)
  const warnings = useSelector(config, (state) => state.warnings)
  const models = useSelector(config, (state) => state.models)
  const userFile = Object.values(origins).find(({ name }) => name.type === 'user')?.name
  const rows: readonly (readonly [string, string])[] = [
    ['Host', host === 'electron' ? 'desktop app' : 'browser window on this machine'],
    ['Store', health === null ? 'not read yet' : health.state],
    ...(health?.repairs ?? []).map((repair): [string, string] => ['Repaired', repair.text]),
    ...(userFile?.type === 'user' ? [['Configuration', userFile.file] as const] : []),
    ['Models known', String(models.length)],
    ['Warnings', warnings.length === 0 ? 'none' : warnings.map((one) => one.summary).join('; ')],
    ['Window', `${window.innerWidth} × ${window.innerHeight}, ${navigator.userAgent}`],
  ]
  const copy = () => {
    const text = rows.map(([name, value]) => `${name}: ${value}`).join('\n')
    void navigator.clipboard
      .writeText(text)
      .then(() => ui.actions.toast({ text: 'Diagnostics copied' }))
  }
  return (
    <>
      <p className="settings-text">
        Skein runs coding-agent threads on your own machine. Nothing leaves it but what goes to the
        model you chose.
      </p>
      <dl className="settings-facts">
        {rows.map(([name, value]) => (
          <div key={`${name} ${value}`}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>
        <Button icon={<Copy size={14} aria-hidden />} onClick={copy}>
          Copy diagnostics
        </Button>
      </p>
    </>
  )
}

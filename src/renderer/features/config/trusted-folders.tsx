// The folders a person was asked about, and a way to think again.
import { Button } from '../../ui/button.tsx'
import { Badge } from '../../ui/small.tsx'
import './trust-question.css'
import { useSetTrust, useTrustedFolders } from './use-trust.ts'

export function TrustedFolders() {
  const folders = useTrustedFolders()
  const setTrust = useSetTrust()
  return (
    <section aria-labelledby="config-trust">
      <h2 id="config-trust" className="settings-heading">
        Trusted folders
      </h2>
      {folders.length === 0 && <p className="settings-text">You have not been asked about any.</p>}
      <ul aria-label="Trusted folders">
        {folders.map(([folder, level]) => {
          const isTrusted = level === 'trusted'
          return (
            <li key={folder} className="trusted-folder">
              <code>{folder}</code>
              <Badge tone={isTrusted ? 'accent' : 'warning'}>{level}</Badge>
              <Button
                size="small"
                aria-label={isTrusted ? `Do not trust ${folder}` : `Trust ${folder}`}
                onClick={() => setTrust(folder, isTrusted ? 'untrusted' : 'trusted')}
              >
                {isTrusted ? 'Do not trust' : 'Trust'}
              </Button>
              <Button
                size="small"
                aria-label={`Forget ${folder}`}
                onClick={() => setTrust(folder, null)}
              >
                Forget
              </Button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

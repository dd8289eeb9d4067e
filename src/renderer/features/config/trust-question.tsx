// Asks once for each folder whether what lies in it may configure Skein, and writes the answer down.
import { ShieldQuestion } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import './trust-question.css'
import { useSetTrust, useTrust } from './use-trust.ts'

/** Draws nothing for a folder that was asked about, or for what is no absolute path yet. */
export function TrustQuestion({ folder }: { folder: string }) {
  const level = useTrust(folder)
  const setTrust = useSetTrust()
  if (level !== undefined || !/^(\/.|[A-Za-z]:[\\/])/.test(folder)) return null
  return (
    <section className="trust-question" aria-label="Do you trust this folder?">
      <p className="trust-title">
        <ShieldQuestion size={15} aria-hidden />
        Do you trust this folder?
      </p>
      <p>
        A trusted folder may bring settings of its own (<code>.skein/config.toml</code>), and
        threads in it may write there by default. Your answer is kept in your config.toml.
      </p>
      <div className="trust-buttons">
        <Button onClick={() => setTrust(folder, 'untrusted')}>Do not trust</Button>
        <Button onClick={() => setTrust(folder, 'trusted')}>Trust this folder</Button>
      </div>
    </section>
  )
}

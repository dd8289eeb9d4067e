// The answer to "what would change": values before and after, refusals with their reason, the sandbox.
import type { SandboxPolicy } from '../../../protocol/index.ts'
import type { Preview } from '../../state/config-calls.ts'
import { Badge } from '../../ui/small.tsx'
import { layerText } from '../inspector/config-rows.ts'
import './preview-view.css'
import { valueText } from './value-text.ts'

export function PreviewView({ preview }: { preview: Preview }) {
  const { changes, refused, notes, sandbox } = preview
  return (
    <div className="preview">
      {refused.length > 0 && (
        <ul className="preview-refused" aria-label="Refused">
          {refused.map(({ field, message }) => (
            <li key={`${field} ${message}`}>{message}</li>
          ))}
        </ul>
      )}
      {changes.length === 0 ? (
        <p>{refused.length > 0 ? 'Nothing else would change.' : 'Nothing would change.'}</p>
      ) : (
        <table className="config-table" aria-label="Changes">
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
              <th scope="col" className="config-layer-column">
                Set by
              </th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ key, before, after, layer }) => (
              <tr key={key} aria-label={`${key}: ${valueText(before)} becomes ${valueText(after)}`}>
                <td>{key}</td>
                <td className="config-value">{valueText(before)}</td>
                <td className="config-value">{valueText(after)}</td>
                <td>
                  <Badge tone="accent">{layerText(layer)}</Badge>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {notes.map((note) => (
        <p key={note} className="preview-note">
          {note}
        </p>
      ))}
      <SandboxChange {...sandbox} />
    </div>
  )
}

function SandboxChange({ before, after }: { before: SandboxPolicy; after: SandboxPolicy }) {
  const [left, right] = [sandboxText(before), sandboxText(after)]
  return (
    <p className="preview-note">
      {left === right ? (
        <>
          The sandbox stays: <strong>{left}</strong>.
        </>
      ) : (
        <>
          Sandbox: {left} becomes <strong>{right}</strong>.
        </>
      )}
    </p>
  )
}

function sandboxText(policy: SandboxPolicy): string {
  switch (policy.type) {
    case 'dangerFullAccess':
      return 'none, full access'
    case 'externalSandbox':
      return `left to the surroundings, network ${policy.networkAccess === 'enabled' ? 'open' : 'off'}`
    case 'readOnly':
      return `read only, network ${policy.networkAccess ? 'open' : 'off'}`
    case 'workspaceWrite': {
      const more = policy.writableRoots.length
      const roots =
        more === 0 ? 'the workspace' : `the workspace and ${policy.writableRoots.join(', ')}`
      return `write in ${roots}, network ${policy.networkAccess ? 'open' : 'off'}`
    }
  }
}

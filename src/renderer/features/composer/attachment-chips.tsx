// What goes along with the message, each with the way it goes: its content, or only its path.
import { AtSign, FileText, TextCursorInput, X } from 'lucide-react'
import { useSelector } from '../../state/stores-context.tsx'
import { IconButton } from '../../ui/button.tsx'
import './attachment-chips.css'
import type { ComposerStore } from './composer-store.ts'
import type { Attachment } from './draft.ts'

export function AttachmentChips({ composer }: { composer: ComposerStore }) {
  const attachments = useSelector(composer, (state) => state.attachments)
  if (attachments.length === 0) return null
  return (
    <ul className="attachments" aria-label="Attachments">
      {attachments.map((attachment, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be attached twice.
        <Chip key={index} composer={composer} attachment={attachment} />
      ))}
    </ul>
  )
}

function Chip({ composer, attachment }: { composer: ComposerStore; attachment: Attachment }) {
  const name = nameOf(attachment)
  return (
    <li className="attachment" title={wayOf(attachment)}>
      <Sign attachment={attachment} />
      <span className="attachment-name">{name}</span>
      <span className="attachment-way">{wayOf(attachment)}</span>
      {attachment.kind === 'text' && (
        <IconButton
          label={`Put ${name} into the message`}
          size="small"
          icon={<TextCursorInput size={13} aria-hidden />}
          onClick={() => putIntoText(composer, attachment)}
        />
      )}
      <IconButton
        label={`Remove ${name}`}
        size="small"
        icon={<X size={13} aria-hidden />}
        onClick={() => composer.detach(attachment)}
      />
    </li>
  )
}

function Sign({ attachment }: { attachment: Attachment }) {
  switch (attachment.kind) {
    case 'image':
      return <img className="attachment-picture" src={attachment.url} alt="" />
    case 'mention':
      return <AtSign size={13} aria-hidden />
    case 'text':
      return <FileText size={13} aria-hidden />
  }
}

/** What was pasted becomes part of the message after all. */
export function putIntoText(
  composer: ComposerStore,
  attachment: Extract<Attachment, { kind: 'text' }>,
): void {
  const { text } = composer.getState()
  composer.detach(attachment)
  composer.type(text + attachment.text)
}

function nameOf(attachment: Attachment): string {
  return attachment.kind === 'text' ? (attachment.name ?? 'pasted text') : attachment.name
}

function wayOf(attachment: Attachment): string {
  switch (attachment.kind) {
    case 'text':
      return `${attachment.text.length.toLocaleString('en')} characters`
    case 'image':
      return `picture, ${Math.ceil((attachment.url.length * 3) / 4 / 1024).toLocaleString('en')} KB`
    case 'mention':
      return 'its path'
  }
}

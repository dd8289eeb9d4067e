// Picks files to go along with the message.
import { Paperclip } from 'lucide-react'
import { useRef } from 'react'
import { IconButton } from '../../ui/button.tsx'

export function AttachButton({ onPick }: { onPick: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <IconButton
        label="Attach files"
        size="small"
        icon={<Paperclip size={14} aria-hidden />}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="attach-files"
        onChange={({ target }) => {
          onPick([...(target.files ?? [])])
          // The same file may be picked again.
          target.value = ''
        }}
      />
    </>
  )
}

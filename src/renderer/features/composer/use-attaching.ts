// Pasting, dropping and picking: long text and files become attachments, and what cannot go along is told.
import type { ClipboardEvent, DragEvent } from 'react'
import { isDemo } from '../../state/config-store.ts'
import { useStores } from '../../state/stores-context.tsx'
import type { ThreadStore } from '../../state/thread-store.ts'
import { attachFiles, filesOf } from './attach-files.ts'
import { putIntoText } from './attachment-chips.tsx'
import type { ComposerStore } from './composer-store.ts'
import { type Attachment, PASTE_CHARS_MAX } from './draft.ts'
import { effective } from './overrides.ts'

export function useAttaching(store: ThreadStore, composer: ComposerStore) {
  const { config, ui } = useStores()

  async function attach(files: readonly File[]): Promise<void> {
    const { attachments, refused } = await attachFiles(files, composer.getState(), takesImages())
    for (const attachment of attachments) composer.attach(attachment)
    for (const text of refused) ui.actions.toast({ text, tone: 'danger' })
  }

  /** Of the model of the next turn; one of which nothing is known may be able to. */
  function takesImages(): boolean {
    const { settings } = store.getState()
    if (!settings) return false
    const { models } = config.getState()
    const { model } = effective(settings, composer.getState().chosen)
    const known = models.find((one) => one.model === model)
    return known ? known.inputModalities.includes('image') : !isDemo(models, settings.modelProvider)
  }

  function attachText(text: string): void {
    const attachment: Attachment = { kind: 'text', name: null, text }
    composer.attach(attachment)
    ui.actions.toast({
      text: 'The long text goes along as an attachment',
      action: { label: 'Undo', run: () => putIntoText(composer, attachment) },
    })
  }

  return {
    attach: (files: readonly File[]) => void attach(files),
    field: {
      onPaste(event: ClipboardEvent) {
        const files = filesOf(event.clipboardData)
        const text = event.clipboardData.getData('text/plain')
        if (files.length === 0 && text.length <= PASTE_CHARS_MAX) return
        event.preventDefault()
        // A program that copies a table gives a picture of it too: the words are meant.
        if (text !== '') attachText(text)
        else void attach(files)
      },
    },
    place: {
      onDragOver(event: DragEvent) {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault()
      },
      onDrop(event: DragEvent) {
        const files = filesOf(event.dataTransfer)
        if (files.length === 0) return
        event.preventDefault()
        void attach(files)
      },
    },
  }
}

// Keeps the message field and the draft that the app keeps of its thread the same.
import { useEffect } from 'react'
import type { KeptDraft } from '../../state/draft-store.ts'
import { useStores } from '../../state/stores-context.tsx'
import { draftOf } from './composer-state.ts'
import type { ComposerStore } from './composer-store.ts'
import type { Attachment, Draft } from './draft.ts'

export function useDraftSync(threadId: string, composer: ComposerStore): void {
  const { drafts } = useStores()
  useEffect(() => {
    let isShown = true
    let isKnown = false
    const own = () => draftOf(composer.getState())
    const atFirst = jsonOf(own())
    const show = (kept: KeptDraft) => {
      // What this field kept there itself; another client keeps words alone.
      const attachments = kept.attachments as readonly Attachment[]
      if (jsonOf({ ...kept, attachments }) !== jsonOf(own()))
        composer.replaceDraft({ text: kept.text, attachments })
    }
    void drafts.read(threadId).then((kept) => {
      if (!isShown) return
      isKnown = true
      // What was typed meanwhile is the latest word.
      if (kept === null || jsonOf(own()) !== atFirst) drafts.write(threadId, own())
      else show(kept)
    })
    const endHearing = drafts.onChange(threadId, show)
    // Before the app has said what it keeps, nothing is written over it.
    const endWriting = composer.subscribe((state) => {
      if (isKnown) drafts.write(threadId, draftOf(state))
    })
    return () => {
      isShown = false
      endHearing()
      endWriting()
    }
  }, [drafts, threadId, composer])
}

function jsonOf({ text, attachments }: Draft): string {
  return JSON.stringify({ text, attachments })
}

// What a person types, attaches and hands over, as a pure machine: nothing is ever lost, nothing is sent twice.
import { type Attachment, type Draft, emptyDraft, isEmpty } from './draft.ts'

/** How a text is handed over: starts a turn, joins the running one, or waits for its end. */
export type Way = 'send' | 'steer' | 'queue'

export interface Handover extends Draft {
  /** Names the message to the app: the same name twice is the same message. */
  readonly clientId: string
  readonly way: Way
}

export interface ComposerState extends Draft {
  /** Handed over and not yet recorded. */
  readonly sending: Handover | null
  /** Came back, with the reason. What it held is in the draft again. */
  readonly refused: (Handover & { readonly reason: string }) | null
}

export type ComposerInput =
  | { readonly type: 'typed'; readonly text: string }
  | { readonly type: 'attached'; readonly attachment: Attachment }
  | { readonly type: 'detached'; readonly attachment: Attachment }
  | { readonly type: 'submitted'; readonly way: Way; readonly newId: string }
  | { readonly type: 'accepted'; readonly clientId: string }
  | { readonly type: 'refused'; readonly clientId: string; readonly reason: string }
  | { readonly type: 'reasonRead' }

export function startState({ text, attachments }: Draft): ComposerState {
  return { text, attachments, sending: null, refused: null }
}

export function nextState(state: ComposerState, input: ComposerInput): ComposerState {
  switch (input.type) {
    case 'typed':
      return { ...state, text: input.text }
    case 'attached':
      return { ...state, attachments: [...state.attachments, input.attachment] }
    case 'detached':
      return { ...state, attachments: state.attachments.filter((one) => one !== input.attachment) }
    case 'submitted':
      return submit(state, input.way, input.newId)
    case 'accepted':
      return accept(state, input.clientId)
    case 'refused':
      return takeBack(state, input.clientId, input.reason)
    case 'reasonRead':
      return { ...state, refused: null }
  }
}

export function canSubmit(state: ComposerState): boolean {
  return state.sending === null && !isEmpty(state)
}

function submit(state: ComposerState, way: Way, newId: string): ComposerState {
  if (!canSubmit(state)) return state
  const { text, attachments, refused } = state
  // The same words again are the same message: perhaps the app took it and only the answer was lost.
  const isSame = refused?.text === text && refused.attachments === attachments
  const clientId = isSame ? refused.clientId : newId
  return { ...emptyDraft, sending: { clientId, text, attachments, way }, refused: null }
}

function accept(state: ComposerState, clientId: string): ComposerState {
  if (state.sending?.clientId === clientId) return { ...state, sending: null }
  if (state.refused?.clientId !== clientId) return state
  // It had arrived after all: the copy that came back goes, what was added since stays.
  const { text, attachments, refused } = state
  const rest = text.startsWith(refused.text) ? text.slice(refused.text.length).trimStart() : text
  return {
    ...state,
    text: rest,
    attachments: attachments.filter((one) => !refused.attachments.includes(one)),
    refused: null,
  }
}

function takeBack(state: ComposerState, clientId: string, reason: string): ComposerState {
  const { sending } = state
  if (sending?.clientId !== clientId) return state
  return { ...joined(sending, state), sending: null, refused: { ...sending, reason } }
}

/** What must survive if the window ends now. */
export function draftOf(state: ComposerState): Draft {
  const { text, attachments, sending } = state
  return sending ? joined(sending, state) : { text, attachments }
}

function joined(first: Draft, second: Draft): Draft {
  return {
    text: second.text.trim() === '' ? first.text : `${first.text}\n\n${second.text}`,
    attachments:
      second.attachments.length === 0
        ? first.attachments
        : [...first.attachments, ...second.attachments],
  }
}

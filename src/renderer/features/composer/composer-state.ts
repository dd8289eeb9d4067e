// What a person types and hands over, as a pure machine: no text is ever lost, none is sent twice.

/** How a text is handed over: starts a turn, joins the running one, or waits for its end. */
export type Way = 'send' | 'steer' | 'queue'

export interface Handover {
  /** Names the text to the app: the same name twice is the same message. */
  readonly clientId: string
  readonly text: string
  readonly way: Way
}

export interface ComposerState {
  readonly text: string
  /** Handed over and not yet recorded. */
  readonly sending: Handover | null
  /** Came back, with the reason. Its text is in `text` again. */
  readonly refused: (Handover & { readonly reason: string }) | null
}

export type ComposerInput =
  | { readonly type: 'typed'; readonly text: string }
  | { readonly type: 'submitted'; readonly way: Way; readonly newId: string }
  | { readonly type: 'accepted'; readonly clientId: string }
  | { readonly type: 'refused'; readonly clientId: string; readonly reason: string }
  | { readonly type: 'reasonRead' }

export function startState(draft: string): ComposerState {
  return { text: draft, sending: null, refused: null }
}

export function nextState(state: ComposerState, input: ComposerInput): ComposerState {
  switch (input.type) {
    case 'typed':
      return { ...state, text: input.text }
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
  return state.sending === null && state.text.trim() !== ''
}

function submit(state: ComposerState, way: Way, newId: string): ComposerState {
  if (!canSubmit(state)) return state
  const { text, refused } = state
  // The same words again are the same message: perhaps the app took it and only the answer was lost.
  const clientId = refused?.text === text ? refused.clientId : newId
  return { text: '', sending: { clientId, text, way }, refused: null }
}

function accept(state: ComposerState, clientId: string): ComposerState {
  if (state.sending?.clientId === clientId) return { ...state, sending: null }
  if (state.refused?.clientId !== clientId) return state
  // It had arrived after all: the copy that came back goes, what was typed since stays.
  const { text, refused } = state
  const rest = text.startsWith(refused.text) ? text.slice(refused.text.length).trimStart() : text
  return { ...state, text: rest, refused: null }
}

function takeBack(state: ComposerState, clientId: string, reason: string): ComposerState {
  const { sending } = state
  if (sending?.clientId !== clientId) return state
  return {
    text: joined(sending.text, state.text),
    sending: null,
    refused: { ...sending, reason },
  }
}

/** What must survive if the window ends now. */
export function draftOf(state: ComposerState): string {
  return state.sending ? joined(state.sending.text, state.text) : state.text
}

function joined(first: string, second: string): string {
  return second.trim() === '' ? first : `${first}\n\n${second}`
}

// What the form for a new thread asks of the app, and its permissions in words.
import type { CallParams, Model } from '../../../protocol/index.ts'

export interface StartForm {
  readonly cwd: string
  readonly model: Model | undefined
  readonly permissions: string
}

export function startParams({ cwd, model, permissions }: StartForm): CallParams<'thread/start'> {
  const provider = model?.skein?.provider
  return {
    cwd: cwd.trim(),
    permissions,
    ...(model ? { model: model.model } : {}),
    ...(provider === undefined ? {} : { modelProvider: provider }),
  }
}

export interface ProfileText {
  readonly name: string
  /** One sentence on what the agent may do then. */
  readonly sentence: string
}

const builtIn: Readonly<Record<string, ProfileText>> = {
  ':read-only': {
    name: 'Read only',
    sentence:
      'The agent may read files, and asks before it changes anything, runs a command that writes, or uses the network.',
  },
  ':workspace': {
    name: 'Work in this folder',
    sentence:
      'The agent may read files and change those inside the folder; it asks before it writes elsewhere or uses the network.',
  },
  ':danger-full-access': {
    name: 'Full access',
    sentence:
      'Nothing is confined: commands run with all your rights, everywhere on this machine and on the network.',
  },
}

/** A profile of the person's own goes by its id. */
export function profileText(id: string): ProfileText {
  return (
    builtIn[id] ?? { name: id, sentence: `The permission profile “${id}” of your configuration.` }
  )
}

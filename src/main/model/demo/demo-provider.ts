// The built-in provider that works on a fresh machine: the scripted demo, always labelled as such.
import type { Model } from '../../../protocol/index.ts'
import type { Env } from '../http-provider.ts'
import type { ModelInfo, ModelProvider } from '../model-client.ts'
import { plainModel } from '../model-table.ts'
import { createDemoClient } from './demo-client.ts'

export const DEMO_PROVIDER = 'demo'
const DEMO_NAME = 'Demo model — scripted, offline'
/** Small, so that the context ring has something to show. */
const CONTEXT_WINDOW = 32_000

/** `SKEIN_DEMO_SPEED=instant` takes all pauses out. */
export function createDemoProvider(env: Env): ModelProvider {
  const isInstant = env.SKEIN_DEMO_SPEED === 'instant'
  return {
    id: DEMO_PROVIDER,
    name: DEMO_NAME,
    client: createDemoClient({ isInstant }),
    streamMaxRetries: 5,
    demo: true,
    models: () => [demoModel],
    view: () => ({
      id: DEMO_PROVIDER,
      name: DEMO_NAME,
      canEdit: false,
      baseUrl: null,
      settings: { type: 'demo' },
      skein: { demo: true, wireApi: null, envKey: null, key: 'notNeeded' },
    }),
    info: () => demoInfo,
  }
}

const demoInfo: ModelInfo = {
  contextWindow: CONTEXT_WINDOW,
  effectivePercent: 95,
  known: true,
  freeformPatch: true,
  defaultEffort: null,
}

const demoModel: Model = {
  id: 'demo',
  model: 'demo',
  displayName: DEMO_NAME,
  description:
    'Plays a script in a scratch folder and shows what the app can do. It is no intelligence.',
  hidden: false,
  isDefault: true,
  supportedReasoningEfforts: [],
  defaultReasoningEffort: 'none',
  inputModalities: ['text'],
  ...plainModel,
  skein: { provider: DEMO_PROVIDER, contextWindow: CONTEXT_WINDOW, demo: true },
}

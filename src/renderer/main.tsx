// Starts the window: one bridge, the stores around it, the first drawing.
import './ui/tokens.css'
import './ui/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { connectBridge } from './bridge/client.ts'
import { beforeNextFrame } from './state/notification-pump.ts'
import { createStores } from './state/stores.ts'
import { StoresProvider } from './state/stores-context.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element #root')

const stores = createStores({
  bridge: connectBridge(),
  memory: localStorage,
  schedule: beforeNextFrame,
})
stores.load()
addEventListener('pagehide', () => stores.drafts.keepAll())
// A window that was opened for something shows it first.
if (location.hash.startsWith('#skein:')) {
  stores.ui.actions.followLink(decodeURIComponent(location.hash.slice(1)))
}

createRoot(root).render(
  <StrictMode>
    <StoresProvider stores={stores}>
      <App />
    </StoresProvider>
  </StrictMode>,
)

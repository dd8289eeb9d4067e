// The middle of the window: the open thread, or the page that starts one.

import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Banners } from '../shell/banners.tsx'
import { StartPage } from './start-page.tsx'
import { ThreadPage } from './thread-page.tsx'
import { useOpenThread } from './use-open-thread.ts'

export function MainArea() {
  const { ui } = useStores()
  const isStarting = useSelector(ui, (state) => state.openThreadId === null)
  const store = useOpenThread()
  return (
    <>
      <Banners />
      {isStarting && <StartPage />}
      {store && <ThreadPage key={store.threadId} store={store} />}
    </>
  )
}

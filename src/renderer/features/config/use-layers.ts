// The files' view with every layer as seen from a folder, read again when a file changes.
import { useEffect, useState } from 'react'
import type { LayeredConfig } from '../../state/config-calls.ts'
import { useSelector, useStores } from '../../state/stores-context.tsx'

/** Null until it was read, or when it could not be. */
export function useLayers(cwd: string | undefined): LayeredConfig | null {
  const { config } = useStores()
  const files = useSelector(config, (state) => state.config)
  const [read, setRead] = useState<LayeredConfig | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the files are what makes the reading old.
  useEffect(() => {
    let isWanted = true
    config.readLayers(cwd).then(
      (layers) => isWanted && setRead(layers),
      () => isWanted && setRead(null),
    )
    return () => {
      isWanted = false
    }
  }, [config, cwd, files])
  return read
}

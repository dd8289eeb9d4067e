// Hands the window's stores to the components below.
import { createContext, type ReactNode, useContext } from 'react'
import { useStore } from 'zustand'
import type { Stores } from './stores.ts'
import type { ReadonlyStore } from './thread-store.ts'

const StoresContext = createContext<Stores | null>(null)

export function StoresProvider(props: { stores: Stores; children: ReactNode }) {
  return <StoresContext value={props.stores}>{props.children}</StoresContext>
}

export function useStores(): Stores {
  const stores = useContext(StoresContext)
  if (!stores) throw new Error('a component was drawn outside of StoresProvider')
  return stores
}

/** Draws the component anew when the selected value changes; the selector must give equal values for equal states. */
export function useSelector<S, T>(store: ReadonlyStore<S>, selector: (state: S) => T): T {
  return useStore(store, selector)
}

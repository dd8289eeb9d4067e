// A typed map for one scope (session, thread or turn): at most one value per key, and the identity of the scope.

/** Names a value and its type; make one per value with `extensionKey`, never two of the same purpose. */
export interface ExtensionKey<T> {
  readonly id: symbol
  /** Carries the type only; never present. */
  readonly of?: T
}

/** `purpose` is for people who debug; it does not identify the key. */
export function extensionKey<T>(purpose: string): ExtensionKey<T> {
  return { id: Symbol(purpose) }
}

export interface ExtensionData {
  /** Session id, thread id or turn id; fixed for the life of the store. */
  readonly levelId: string
  get<T>(key: ExtensionKey<T>): T | undefined
  /** The value that is there, or what `make` gives; `make` runs at most once and must not touch this store. */
  getOrInit<T>(key: ExtensionKey<T>, make: () => T): T
  /** Stores the value and answers with the one before. */
  insert<T>(key: ExtensionKey<T>, value: T): T | undefined
  /** Takes the value out and answers with it. */
  remove<T>(key: ExtensionKey<T>): T | undefined
}

export function createExtensionData(levelId: string): ExtensionData {
  const values = new Map<symbol, unknown>()
  // A key's type is that of its values: only `insert` and `getOrInit` put them here.
  const read = <T>(key: ExtensionKey<T>): T | undefined => values.get(key.id) as T | undefined
  return {
    levelId,
    get: read,
    getOrInit<T>(key: ExtensionKey<T>, make: () => T): T {
      if (values.has(key.id)) return read(key) as T
      const value = make()
      values.set(key.id, value)
      return value
    },
    insert<T>(key: ExtensionKey<T>, value: T): T | undefined {
      const before = read(key)
      values.set(key.id, value)
      return before
    },
    remove<T>(key: ExtensionKey<T>): T | undefined {
      const before = read(key)
      values.delete(key.id)
      return before
    },
  }
}

// Which addresses are ours: the custom scheme's one page host, and Vite's server during development.

export const SCHEME = 'skein'
export const APP_URL = `${SCHEME}://app/`

export interface OwnPages {
  /** The address a window opens. */
  readonly start: string
  isOwn(url: string): boolean
}

/** `devServer` is the address of Vite's server, which serves the pages in place of the custom scheme. */
export function ownPages(devServer?: string): OwnPages {
  const devOrigin = devServer === undefined ? undefined : new URL(devServer).origin
  return {
    start: devServer ?? APP_URL,
    isOwn(url) {
      if (!URL.canParse(url)) return false
      const { protocol, host, origin } = new URL(url)
      if (protocol === `${SCHEME}:`) return host === 'app'
      return devOrigin !== undefined && origin === devOrigin
    },
  }
}

/** The address to hand to the system's browser, or undefined when it is none for a browser. */
export function externalAddress(url: unknown): string | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined
  const { protocol, href } = new URL(url)
  return protocol === 'https:' || protocol === 'http:' ? href : undefined
}

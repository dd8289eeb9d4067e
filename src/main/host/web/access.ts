// Who may talk to the web host: a browser that came with the one-time token and kept its cookie, under
// the exact address the host announced. Everything else on the machine, and every other page, may not.
import { randomBytes, timingSafeEqual } from 'node:crypto'

/** More browsers than this at once are not expected; the oldest is signed out. */
const SESSIONS_MAX = 16

export interface Access {
  /** The address to open; it works once. */
  address(): string
  /** The value of a Set-Cookie header when the token is the current one, which is then spent. */
  redeem(token: string): string | undefined
  hasSession(cookieHeader: string | undefined): boolean
  isOwnHost(host: string | undefined): boolean
  isOwnOrigin(origin: string | undefined): boolean
}

export function createAccess(
  port: number,
  newSecret: () => string = () => randomBytes(24).toString('base64url'),
): Access {
  const host = `127.0.0.1:${port}`
  const origin = `http://${host}`
  // Browsers do not keep the cookies of two ports apart, so the port is in the name.
  const cookieName = `skein_${port}`
  const sessions: string[] = []
  let token = newSecret()

  return {
    address: () => `${origin}/?token=${token}`,
    redeem(candidate) {
      if (!isSame(candidate, token)) return undefined
      token = newSecret()
      const session = newSecret()
      sessions.push(session)
      if (sessions.length > SESSIONS_MAX) sessions.shift()
      return `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`
    },
    hasSession(cookieHeader) {
      const values = cookieValues(cookieHeader ?? '', cookieName)
      return values.some((value) => sessions.some((session) => isSame(value, session)))
    },
    isOwnHost: (value) => value === host,
    isOwnOrigin: (value) => value === origin,
  }
}

function cookieValues(header: string, name: string): string[] {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
}

/** Takes as long for a near miss as for a far one. */
function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length === b.length && timingSafeEqual(a, b)
}

// What `initialize` is answered with. Loads nothing, so that a host can say it before the app is there.
import os from 'node:os'
import type { Result } from '../../protocol/index.ts'

export interface Greeting {
  /** The profile folder, absolute. */
  readonly home: string
  readonly version: string
  readonly client: { readonly name: string; readonly version: string }
}

export function answerInitialize({ home, version, client }: Greeting): Result<'initialize'> {
  const system = `${os.platform()} ${os.release()}; ${os.arch()}`
  return {
    userAgent: `skein/${version} (${system}) ${client.name}/${client.version}`,
    codexHome: home,
    platformFamily: process.platform === 'win32' ? 'windows' : 'unix',
    platformOs: osNames[process.platform] ?? process.platform,
  }
}

/** The name of a client goes into the headers of model requests. */
export function canBeHeader(name: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(name)
}

const osNames: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macos', win32: 'windows' }

// Prepares commands that no sandbox confines, so that they at least end when this process does.
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import type { PreparedCommand, SandboxCommand } from './sandbox.ts'

const SETPRIV = '/usr/bin/setpriv'
/** Ends the command's first process with us; what that one started survives a crash of ours. */
const WITH_PARENT = ['--pdeathsig', 'KILL', '--']

export interface Unconfined {
  prepare(command: SandboxCommand): Promise<PreparedCommand>
}

/** Uses setpriv where it is installed and knows the option; it replaces itself by the command. */
export function createUnconfined(): Unconfined {
  let probing: Promise<boolean> | undefined
  return {
    async prepare({ argv, cwd, env }) {
      probing ??= hasSetpriv()
      const [file = '', ...args] = argv
      const plain = { cwd, env, sandboxed: false, cleanup: () => undefined }
      return (await probing)
        ? { ...plain, file: SETPRIV, args: [...WITH_PARENT, ...argv] }
        : { ...plain, file, args }
    },
  }
}

function hasSetpriv(): Promise<boolean> {
  if (process.platform !== 'linux' || !fs.existsSync(SETPRIV)) return Promise.resolve(false)
  return new Promise((resolve) => {
    execFile(SETPRIV, [...WITH_PARENT, '/bin/sh', '-c', ':'], (error) => resolve(error === null))
  })
}

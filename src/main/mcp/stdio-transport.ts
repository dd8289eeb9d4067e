// A local MCP server: one process in a group of its own, JSON lines on its pipes. What it writes is bounded, read in
// small portions, and whatever it started ends with it.
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js'
import { isGroupAlive, signalGroup } from '../tools/exec/process-signals.ts'
import { createLineSplitter } from './line-splitter.ts'

export interface StdioLaunch {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

export interface StdioTransport extends Transport {
  readonly processId: number | null
  /** The last lines of its standard error. */
  log(): readonly string[]
}

/** A longer message ends the connection. */
export const LINE_BYTES_MAX = 4 * 1024 * 1024
/** Time spent on messages before others get their turn of the event loop. */
const BURST_MS_MAX = 4
/** Each step of the end: input closed, TERM, KILL. */
const CLOSE_STEP_MS = 1000
const LOG_LINES_MAX = 50
const LOG_CHARS_MAX = 500

/** Ends the server with this app even when the app is killed: Linux only, where the tool for it is installed. */
const DEATH_SIGNAL_TOOL = '/usr/bin/setpriv'

export function createStdioTransport(launch: StdioLaunch): StdioTransport {
  let child: ChildProcess | undefined
  let closing: Promise<void> | undefined
  const errors: string[] = []
  let ended: Promise<void> = Promise.resolve()

  const transport: StdioTransport = {
    get processId() {
      return child?.pid ?? null
    },
    log: () => errors,
    async start() {
      const { file, args } = guarded(launch)
      const started = spawn(file, args, {
        cwd: launch.cwd,
        env: launch.env,
        detached: process.platform !== 'win32',
        stdio: 'pipe',
        windowsHide: true,
      })
      child = started
      ended = new Promise((resolve) => started.once('close', () => resolve()))
      started.stdin.on('error', () => undefined) // told by the end of the process
      started.stdout.on('error', () => undefined)
      keepLog(started.stderr)
      readMessages(started)
      started.once('close', () => transport.onclose?.())
      await new Promise<void>((resolve, reject) => {
        started.once('spawn', resolve)
        started.once('error', reject)
      })
    },
    async send(message) {
      const { stdin } = child ?? {}
      if (!stdin?.writable) throw new Error('transport closed')
      await new Promise<void>((resolve, reject) => {
        stdin.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()))
      })
    },
    close() {
      closing ??= end()
      return closing
    },
  }

  function keepLog(stderr: NodeJS.ReadableStream | null): void {
    const splitter = createLineSplitter(LOG_CHARS_MAX * 4, 'cut')
    stderr?.on('data', (chunk: Buffer) => {
      for (const line of splitter.push(chunk)) errors.push(line.slice(0, LOG_CHARS_MAX))
      errors.splice(0, errors.length - LOG_LINES_MAX)
    })
  }

  function readMessages({ stdout }: ChildProcess): void {
    if (!stdout) return
    const splitter = createLineSplitter(LINE_BYTES_MAX, 'refuse')
    const waiting: string[] = []
    let isWorking = false
    stdout.on('data', (chunk: Buffer) => {
      try {
        waiting.push(...splitter.push(chunk))
      } catch (error) {
        stdout.destroy()
        transport.onerror?.(error as Error)
        void transport.close()
        return
      }
      if (isWorking || waiting.length === 0) return
      isWorking = true
      void work()
    })
    async function work(): Promise<void> {
      const until = performance.now() + BURST_MS_MAX
      let done = 0
      while (done < waiting.length && performance.now() < until) {
        take(waiting[done++] ?? '')
        await undefined // the SDK hears notices a step later than answers: a notice before one would be lost
      }
      waiting.splice(0, done)
      isWorking = waiting.length > 0
      if (isWorking) {
        stdout?.pause()
        setImmediate(() => void work())
      } else stdout?.resume()
    }
  }

  function take(line: string): void {
    if (line.trim() === '') return
    const message = parse(line)
    if (message) transport.onmessage?.(message)
    else transport.onerror?.(new Error('a line is no message of the protocol'))
  }

  async function end(): Promise<void> {
    const pid = child?.pid
    if (!child || pid === undefined) return
    child.stdin?.end()
    await within(ended)
    if (isGroupAlive(pid)) signalGroup(pid, 'SIGTERM')
    await within(ended)
    for (let rounds = 10; rounds > 0 && isGroupAlive(pid); rounds--) {
      signalGroup(pid, 'SIGKILL')
      await new Promise((resolve) => setTimeout(resolve, CLOSE_STEP_MS / 10))
    }
    child.stdout?.destroy()
    child.stderr?.destroy()
  }

  return transport
}

function parse(line: string): JSONRPCMessage | undefined {
  try {
    return JSONRPCMessageSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined // chatter before or between messages
  }
}

async function within(ended: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_STEP_MS)
  })
  await Promise.race([ended, late])
  clearTimeout(timer)
}

/** The program itself, never a shell. */
function guarded({ command, args, env, cwd }: StdioLaunch): { file: string; args: string[] } {
  if (process.platform === 'win32') return { file: command, args: [...args] }
  const file = find(command, env.PATH ?? '', cwd)
  if (file === undefined) throw new Error(`program not found: ${command}`)
  if (process.platform !== 'linux' || !fs.existsSync(DEATH_SIGNAL_TOOL))
    return { file, args: [...args] }
  return { file: DEATH_SIGNAL_TOOL, args: ['--pdeathsig', 'KILL', '--', file, ...args] }
}

function find(command: string, searchPath: string, cwd: string): string | undefined {
  const folders = command.includes('/') ? [''] : searchPath.split(path.delimiter)
  return folders
    .map((folder) => path.resolve(cwd, folder, command))
    .find((file) => {
      try {
        fs.accessSync(file, fs.constants.X_OK)
        return fs.statSync(file).isFile()
      } catch {
        return false
      }
    })
}

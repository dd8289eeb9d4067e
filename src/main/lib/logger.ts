// Log lines on stderr: stdout belongs to the protocol. Never hand it secrets or texts of threads.

export type LogLevel = 'info' | 'warn' | 'error'

export interface Logger {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** One line a message: time, level, words, and the fields as JSON. Only warnings and errors are written. */
export function createStderrLogger(): Logger {
  return {
    log(level, message, fields) {
      if (level === 'info') return
      const tail = fields ? ` ${JSON.stringify(fields)}` : ''
      process.stderr.write(`${new Date().toISOString()} ${level} ${message}${tail}\n`)
    },
  }
}

export const silentLogger: Logger = { log: () => undefined }

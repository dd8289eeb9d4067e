// Log lines on stderr: stdout belongs to the protocol. Never hand it secrets or texts of threads.

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface Logger {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
}

const rank: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

/** One line a message: time, level, words, and the fields as JSON. Levels below `least` are dropped. */
export function createStderrLogger(least: LogLevel = 'warn'): Logger {
  return {
    log(level, message, fields) {
      if (rank[level] < rank[least]) return
      const tail = fields ? ` ${JSON.stringify(fields)}` : ''
      process.stderr.write(`${new Date().toISOString()} ${level} ${message}${tail}\n`)
    },
  }
}

export const silentLogger: Logger = { log: () => undefined }

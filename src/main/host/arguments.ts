// What the arguments of the command line ask for.
import { parseArgs } from 'node:util'

export type Command =
  | { type: 'print'; text: string }
  | { type: 'app-server'; overrides: readonly string[] }
  | { type: 'web'; overrides: readonly string[]; port: number }

const help = `Usage: cli.js <command> [options]

Commands:
  app-server            serve one client over stdin and stdout, one JSON message a line
  web                   serve the window to a browser on this machine

Options:
  -c, --config KEY=VALUE  set a key of config.toml for this process (may be repeated)
      --port N            web: the port to listen on (default: any free one)
  -h, --help              print this
  -V, --version           print the version

The profile folder is $SKEIN_HOME, or ~/.skein.
`

/** Throws an Error with one plain sentence when the arguments make no sense. */
export function readArguments(args: readonly string[], version: string): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string', short: 'c', multiple: true, default: [] },
      port: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'V' },
    },
  })
  if (values.help) return { type: 'print', text: help }
  if (values.version) return { type: 'print', text: `skein ${version}\n` }
  const overrides = values.config
  for (const override of overrides) {
    if (override.indexOf('=') < 1) throw new Error(`-c needs KEY=VALUE, not "${override}"`)
  }
  const [command, ...rest] = positionals
  if (rest[0] !== undefined) throw new Error(`unexpected argument "${rest[0]}"; see --help`)
  if (command === 'app-server') {
    if (values.port !== undefined) throw new Error('--port belongs to the command web')
    return { type: 'app-server', overrides }
  }
  if (command === 'web') return { type: 'web', overrides, port: readPort(values.port) }
  throw new Error(command ? `no command "${command}"; see --help` : 'name a command; see --help')
}

function readPort(text: string | undefined): number {
  if (text === undefined) return 0
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`"${text}" is no port`)
  return port
}

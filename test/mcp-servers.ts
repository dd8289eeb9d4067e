// Tables of MCP servers for config.toml: one that behaves as it is told, and the reference servers from npm.
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const node = join(root, 'node_modules/.bin/node')

/** The server that behaves as it is told. */
export function scriptedServer(name: string, mode = 'good', keys = ''): string {
  return table(name, node, [join(root, 'test/mcp-server-cli.ts'), mode], keys)
}

/** One of the reference servers from npm. */
export function packagedServer(
  name: string,
  kind: 'everything' | 'filesystem' | 'memory',
  args: readonly string[] = [],
  keys = '',
): string {
  const script = join(root, `node_modules/@modelcontextprotocol/server-${kind}/dist/index.js`)
  return table(name, node, [script, ...args], keys)
}

function table(name: string, command: string, args: readonly string[], keys: string): string {
  return `[mcp_servers.${name}]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\n${keys}\n`
}

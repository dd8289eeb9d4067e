// Writes docs/protocol.md from the contract: every request, notification and type of the wire in a short
// notation. A unit test fails when the file is stale.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { z } from 'zod'
import * as contract from '../src/protocol/index.ts'
import { typeText } from './type-text.mjs'

export const docsFile = join(import.meta.dirname, '../docs/protocol.md')

/** @typedef {import('./type-text.mjs').Schema} Schema */
/** @typedef {z.core.$ZodRegistry<{ id?: string }>} Names */

/** The text of docs/protocol.md. */
export function protocolDocs() {
  /** @type {Names} */
  const names = z.registry()
  /** @type {[string, z.ZodType][]} */
  const types = []
  for (const [name, value] of Object.entries(contract)) {
    if (!(value instanceof z.ZodType)) continue
    types.push([name, value])
    names.add(value, { id: name })
  }
  /** @param {z.ZodType} schema */
  const show = (schema) => typeText(jsonSchema(schema, names))
  return `${[
    introduction(),
    '## Requests\n',
    ...Object.entries(contract.methods).map(
      ([name, { params, result }]) =>
        `### ${name}\n\n${note(name)}${block(`params ${show(params)}\nresult ${show(result)}`)}`,
    ),
    '## Requests of the server\n',
    'The first answer of any client wins; the others hear `serverRequest/resolved`.\n',
    ...Object.entries(contract.serverRequests).map(
      ([name, { params, result }]) =>
        `### ${name}\n\n${block(`params ${show(params)}\nresult ${show(result)}`)}`,
    ),
    '## Notifications\n',
    ...Object.entries(contract.notifications).map(
      ([name, params]) => `### ${name}\n\n${audience(name)}${block(`params ${show(params)}`)}`,
    ),
    '## Types\n',
    ...types
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, schema]) => {
        const text = typeText(ownSchema(schema, names, name))
        return `### ${name}\n\n${block(`type ${name} =${text.startsWith('\n') ? '' : ' '}${text}`)}`
      }),
  ].join('\n')}`
}

function introduction() {
  const { errorCodes } = contract
  return `# Protocol

<!-- Made by scripts/protocol-docs.mjs from src/protocol. Do not edit. -->

The messages between Skein and a client, the same over stdio (one JSON message a line), WebSocket and the desktop
window's bridge. There is no \`jsonrpc\` member.

| Message | Members |
|---|---|
| request, in both directions | \`id\` (string or number), \`method\`, \`params\` |
| answer | \`id\` as in the request, and \`result\` or \`error\` {\`code\`, \`message\`, \`data?\`} |
| notification | \`method\`, \`params\`, \`emittedAtMs\`, and \`seq\` when a recorded event stands behind it |

\`initialize\` comes first, then the client's notification \`initialized\`. Names that begin with \`skein/\` are Skein's own.
A \`?\` marks a member that may be absent; in params \`null\` means the same, unless the type itself names \`null\`.

| Error code | Name |
|---|---|
${Object.entries(errorCodes)
  .map(([name, code]) => `| ${code} | ${name} |`)
  .join('\n')}
`
}

/** @param {string} method */
function note(method) {
  return contract.experimentalMethods.has(method)
    ? 'Needs the capability `experimentalApi`.\n\n'
    : ''
}

/** @param {string} method */
function audience(method) {
  /** @type {ReadonlySet<string>} */
  const everyone = contract.globalNotifications
  return everyone.has(method) ? 'Goes to every client, subscribed or not.\n\n' : ''
}

/** @param {string} text */
function block(text) {
  return `\`\`\`ts\n${text}\n\`\`\`\n`
}

/**
 * @param {z.ZodType} schema
 * @param {Names} names
 * @returns {Schema}
 */
function jsonSchema(schema, names) {
  return /** @type {Schema} */ (
    z.toJSONSchema(schema, { metadata: names, unrepresentable: 'any', io: 'output' })
  )
}

/**
 * The schema of a named type itself, not a reference to it.
 * @param {z.ZodType} schema
 * @param {Names} names
 * @param {string} name
 */
function ownSchema(schema, names, name) {
  const whole = jsonSchema(schema, names)
  return whole.$ref ? (whole.$defs?.[name] ?? whole) : whole
}

if (process.argv[1] === import.meta.filename) writeFileSync(docsFile, protocolDocs())

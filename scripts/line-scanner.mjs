// Compiles the scanner of an import (src/main/rollouts/line-scanner/scanner.as.ts) and writes it down as code that can be
// imported. Run it after a change: a test says when it was forgotten.
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = join(import.meta.dirname, '../src/main/rollouts/line-scanner')
const source = join(folder, 'scanner.as.ts')
export const codeFile = join(folder, 'scanner-code.ts')

/** Named so that nobody looks for its types, which would take the place of Node's. */
async function compiler() {
  const name = 'assemblyscript/asc'
  return (await import(name)).default
}

/** What belongs in `codeFile`. Throws an Error with what the compiler says. */
export async function scannerCode() {
  const asc = await compiler()
  /** @type {Uint8Array | undefined} */
  let compiled
  const { error, stderr } = await asc.main(
    [
      basename(source),
      ...['--outFile', 'scanner.wasm', '--runtime', 'stub', '--enable', 'simd'],
      ...['-O3', '--noAssert', '--initialMemory', '24', '--use', 'abort='],
    ],
    {
      readFile: (/** @type {string} */ name) =>
        name === basename(source) ? readFileSync(source, 'utf8') : null,
      writeFile: (/** @type {string} */ _, /** @type {unknown} */ contents) => {
        if (contents instanceof Uint8Array) compiled = contents
      },
      listFiles: () => [],
    },
  )
  if (error || !compiled) throw new Error(`${error?.message}\n${stderr.toString()}`)
  const lines = Buffer.from(compiled)
    .toString('base64')
    .match(/.{1,96}/g)
  return [
    '// Compiled of scanner.as.ts by scripts/line-scanner.mjs: change that, and run it again.',
    '',
    '/** A WebAssembly module, in base64. */',
    'export const scannerCode = [',
    ...(lines ?? []).map((line) => `  '${line}',`),
    "].join('')",
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(codeFile, await scannerCode())
  console.log(`wrote ${basename(dirname(codeFile))}/${basename(codeFile)}`)
}

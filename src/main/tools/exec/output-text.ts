// The text of a command's output as the model reads it: its header lines, and the truncation to a token budget.
import { type KeptOutput, wholeEnd, wholeStart } from './head-tail-buffer.ts'

/** Budget without a wish of the model, and the most it can wish for. */
export const OUTPUT_TOKENS_MAX = 10_000
const BYTES_PER_TOKEN = 4

export interface ExecResult {
  /** Six hex digits. */
  readonly chunkId: string
  readonly wallTimeMs: number
  readonly state:
    | { readonly type: 'exited'; readonly exitCode: number }
    | { readonly type: 'running'; readonly sessionId: number }
  readonly output: KeptOutput
  /** As the model asked for; null for the default. */
  readonly maxOutputTokens: number | null
  /** A last line for the model, in our own words. */
  readonly warning?: string
}

export function tokensOf(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN)
}

export function execResultText(result: ExecResult): string {
  const { state, output } = result
  const lines = [
    `Chunk ID: ${result.chunkId}`,
    `Wall time: ${(result.wallTimeMs / 1000).toFixed(4)} seconds`,
    state.type === 'exited'
      ? `Process exited with code ${state.exitCode}`
      : `Process running with session ID ${state.sessionId}`,
    `Original token count: ${tokensOf(output.totalBytes)}`,
    'Output:',
    truncated(output, result.maxOutputTokens ?? OUTPUT_TOKENS_MAX),
  ]
  if (result.warning === undefined) return lines.join('\n')
  return `${lines.join('\n').replace(/\n$/, '')}\n${result.warning}`
}

/** First and last half of the budget, on character boundaries, with the number of tokens left out between them. */
export function truncated(output: KeptOutput, maxTokens: number): string {
  const budget = Math.max(0, Math.min(Math.floor(maxTokens), OUTPUT_TOKENS_MAX)) * BYTES_PER_TOKEN
  if (output.totalBytes <= budget) return output.text
  const bytes = Buffer.from(output.text, 'utf8')
  const half = Math.floor(budget / 2)
  const head = wholeStart(bytes.subarray(0, half))
  const tail = wholeEnd(bytes.subarray(bytes.length - (budget - half)))
  const left = tokensOf(output.totalBytes - budget)
  return [
    `Warning: truncated output (original token count: ${tokensOf(output.totalBytes)})`,
    output.omittedBytes > 0
      ? `... ${output.omittedBytes} bytes omitted ...`
      : `Total output lines: ${lineCount(output.text)}`,
    '',
    `${head.toString('utf8')}…${left} tokens truncated…${tail.toString('utf8')}`,
  ].join('\n')
}

function lineCount(text: string): number {
  if (text === '') return 0
  let lines = text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

import { describe, expect, it } from 'vitest'
import { HeadTailBuffer, type KeptOutput } from './head-tail-buffer.ts'
import { execResultText, truncated } from './output-text.ts'

function output(text: string): KeptOutput {
  const buffer = new HeadTailBuffer()
  buffer.write(Buffer.from(text))
  return buffer.take()
}

const result = {
  chunkId: 'a1b2c3',
  wallTimeMs: 51,
  state: { type: 'exited', exitCode: 0 },
  output: output('hi\n'),
  maxOutputTokens: null,
} as const

describe('the result text', () => {
  it('of a command that exited', () => {
    expect(execResultText(result)).toBe(
      'Chunk ID: a1b2c3\nWall time: 0.0510 seconds\nProcess exited with code 0\nOriginal token count: 1\nOutput:\nhi\n',
    )
  })

  it('of one that goes on, with a warning', () => {
    const state = { type: 'running', sessionId: 4711 } as const
    expect(execResultText({ ...result, state, output: output(''), warning: 'Warning: full' })).toBe(
      'Chunk ID: a1b2c3\nWall time: 0.0510 seconds\nProcess running with session ID 4711\nOriginal token count: 0\nOutput:\nWarning: full',
    )
  })
})

describe('truncation', () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join('')

  it('[T02] keeps the first and the last half of 40,000 bytes and tells what is missing', () => {
    const text = truncated(output(lines), 10_000)
    expect(lines.length).toBe(108_894)
    expect(text).toBe(
      `Warning: truncated output (original token count: 27224)\nTotal output lines: 20000\n\n${lines.slice(0, 20_000)}…17224 tokens truncated…${lines.slice(-20_000)}`,
    )
  })

  it('[T03] fits a small budget, and a budget of nothing leaves the marks', () => {
    expect(truncated(output(lines), 50)).toBe(
      `Warning: truncated output (original token count: 27224)\nTotal output lines: 20000\n\n${lines.slice(0, 100)}…27174 tokens truncated…${lines.slice(-100)}`,
    )
    expect(truncated(output(lines), 0)).toBe(
      'Warning: truncated output (original token count: 27224)\nTotal output lines: 20000\n\n…27224 tokens truncated…',
    )
  })

  it('[T04] never goes beyond the policy of models', () => {
    expect(truncated(output(lines), 100_000)).toBe(truncated(output(lines), 10_000))
  })

  it('cuts between characters', () => {
    expect(truncated(output('éééééé'), 2)).toBe(
      'Warning: truncated output (original token count: 3)\nTotal output lines: 1\n\néé…1 tokens truncated…éé',
    )
    expect(truncated(output('a€€€€€'), 1)).toContain('\na…3 tokens truncated…')
  })

  it('names the bytes that were not even kept', () => {
    const flood = new HeadTailBuffer(8)
    flood.write(Buffer.from('0123456789abcdefghij'))
    expect(truncated(flood.take(), 2)).toBe(
      'Warning: truncated output (original token count: 5)\n... 4 bytes omitted ...\n\n0123…3 tokens truncated…ghij',
    )
  })

  it('leaves short output alone', () => {
    expect(truncated(output('x'.repeat(40_000)), 10_000)).toBe('x'.repeat(40_000))
  })
})

import { describe, expect, it } from 'vitest'
import { HeadTailBuffer } from './head-tail-buffer.ts'

function filled(half: number, ...chunks: string[]): HeadTailBuffer {
  const buffer = new HeadTailBuffer(half)
  for (const chunk of chunks) buffer.write(Buffer.from(chunk))
  return buffer
}

describe('the kept output', () => {
  it.each([
    [['ab', 'cd'], 'abcd'],
    [['abcd', 'efgh'], 'abcdefgh'],
    [['abcdefgh'], 'abcdefgh'],
    [['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], 'abcdefgh'],
  ])('is all of it while it fits: %j', (chunks, text) => {
    expect(filled(4, ...chunks).read()).toEqual({ text, totalBytes: text.length, omittedBytes: 0 })
  })

  it.each([
    [['abcdefghi']],
    [['abcde', 'fghi']],
    [['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']],
    [['abcd', 'efgh', 'i']],
    [['ab', 'cdefg', 'hi']],
  ])('is its beginning and its end when it does not: %j', (chunks) => {
    expect(filled(4, ...chunks).read()).toEqual({
      text: 'abcd\n... 1 bytes omitted ...\nfghi',
      totalBytes: 9,
      omittedBytes: 1,
    })
  })

  it('[H06] stays small however much comes', () => {
    const buffer = new HeadTailBuffer()
    const chunk = Buffer.alloc(1_000_000, 'x')
    for (let count = 0; count < 60; count++) buffer.write(chunk)
    const { text, totalBytes, omittedBytes } = buffer.read()
    expect({ length: text.length, totalBytes, omittedBytes }).toEqual({
      length: 1_048_608,
      totalBytes: 60_000_000,
      omittedBytes: 58_951_424,
    })
  })

  it('tears no character where it drops', () => {
    expect(filled(4, 'aaaé-----éaaa').read().text).toBe(
      'aaa\n... 5 bytes omitted ...\naaa'.replace('5', '7'),
    )
  })

  it('[H07] replaces what is no UTF-8', () => {
    const buffer = new HeadTailBuffer()
    buffer.write(Buffer.from([0x61, 0xff, 0x62]))
    expect(buffer.read().text).toBe('a\ufffdb')
  })

  it('[H08] joins a character that came in two chunks', () => {
    const buffer = new HeadTailBuffer()
    const bytes = Buffer.from('é')
    buffer.write(bytes.subarray(0, 1))
    buffer.write(bytes.subarray(1))
    expect(buffer.read().text).toBe('é')
  })

  it('is forgotten once it was taken', () => {
    const buffer = filled(4, 'abcdefghij')
    buffer.take()
    buffer.write(Buffer.from('new'))
    expect(buffer.take()).toEqual({ text: 'new', totalBytes: 3, omittedBytes: 0 })
    expect(buffer.take()).toEqual({ text: '', totalBytes: 0, omittedBytes: 0 })
  })
})

import { describe, expect, it } from 'vitest'
import { INPUT_CHARS_MAX, type UserInput } from '../../../protocol/index.ts'
import { checkInputSize } from './user-input.ts'

const twoUnits = '\u{1F600}'

function text(...parts: readonly string[]): readonly UserInput[] {
  return parts.map((part) => ({ type: 'text', text: part }))
}

describe('the size of an input', () => {
  it('is the characters of all its texts, however many units they take', () => {
    const filled = 'x'.repeat(INPUT_CHARS_MAX - 4)
    expect(() => checkInputSize(text(filled, twoUnits.repeat(4)))).not.toThrow()
    expect(() => checkInputSize(text(twoUnits.repeat(INPUT_CHARS_MAX)))).not.toThrow()
  })

  it('is told when it is too much', () => {
    const filled = 'x'.repeat(INPUT_CHARS_MAX - 4)
    expect(() => checkInputSize(text(filled, twoUnits.repeat(5)))).toThrow(
      expect.objectContaining({
        code: 'tooLarge',
        message: 'Input exceeds the maximum length of 1048576 characters.',
        detail: {
          input_error_code: 'input_too_large',
          max_chars: 1_048_576,
          actual_chars: 1_048_577,
        },
      }),
    )
  })
})

import { expect, it } from 'vitest'
import { providerKeyNames } from './key-names.ts'

it('names the variables of every provider, in keys and in headers', () => {
  const model_providers = {
    a: { env_key: 'A_KEY' },
    b: { env_http_headers: { 'x-auth': 'B_HEADER' } },
    c: {},
  }
  expect(providerKeyNames({ model_providers })).toEqual(['OPENAI_API_KEY', 'A_KEY', 'B_HEADER'])
})

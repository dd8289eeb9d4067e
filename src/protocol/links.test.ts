import { expect, test } from 'vitest'
import { parseLink } from './links.ts'

test('links name a thread, a turn or an item of it, or a section of the settings', () => {
  const thread = { type: 'thread', threadId: 't1', turnId: null, itemId: null }
  expect(parseLink('skein://thread/t1')).toEqual(thread)
  expect(parseLink('skein://thread/t1/')).toEqual(thread)
  expect(parseLink('skein://thread/t1/turn/u2')).toEqual({ ...thread, turnId: 'u2' })
  expect(parseLink('skein://thread/t1/item/i3')).toEqual({ ...thread, itemId: 'i3' })
  expect(parseLink('skein://settings')).toEqual({ type: 'settings', section: null })
  expect(parseLink('skein://settings/rules')).toEqual({ type: 'settings', section: 'rules' })
})

test('what is no link of ours leads nowhere', () => {
  for (const address of [
    '',
    'https://thread/t1',
    'skein://app/',
    'skein://thread',
    'skein://thread/t1/turn',
    'skein://thread/t1/other/x',
    'skein://thread/t1/turn/u2/more',
    'skein://settings/a/b',
  ])
    expect(parseLink(address)).toBeNull()
})

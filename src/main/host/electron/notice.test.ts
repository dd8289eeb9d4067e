import { expect, test } from 'vitest'
import { createNotice } from './notice.ts'

test('the page says its text, without markup from it and with a way back when there is one', () => {
  const notice = createNotice()
  notice.show({ title: 'A <title>', text: 'held by "pid 7" & co', retry: 'Try again' })
  const { pathname } = new URL(notice.url)
  const html = new TextDecoder().decode(notice.answer(pathname)?.body)
  expect(html).toContain('<h1>A &#60;title&#62;</h1><p>held by &#34;pid 7&#34; &#38; co</p>')
  expect(html).toContain('<a href="/">Try again</a>')
  notice.show({ title: 'Final', text: '' })
  expect(new TextDecoder().decode(notice.answer(pathname)?.body)).not.toContain('<a ')
  expect(notice.answer('/')).toBeUndefined()
})

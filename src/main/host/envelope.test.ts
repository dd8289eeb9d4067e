import { expect, test } from 'vitest'
import type { ServerRequest } from '../../protocol/index.ts'
import { readMessage, writeNotification, writeReply, writeServerRequest } from './envelope.ts'

test('a request keeps its id in value and type', () => {
  expect(readMessage('{"id":"7","method":"thread/list","params":{"limit":1}}')).toEqual({
    type: 'request',
    id: '7',
    method: 'thread/list',
    params: { limit: 1 },
  })
  expect(writeReply('7', { result: {} })).toBe('{"id":"7","result":{}}')
  expect(writeReply(7, { error: { code: -32600, message: 'no' } })).toBe(
    '{"id":7,"error":{"code":-32600,"message":"no"}}',
  )
})

test('a result that is text already is put in as it is', () => {
  expect(writeReply('7', { resultText: '{"data":[1]}' })).toBe('{"id":"7","result":{"data":[1]}}')
})

test('a call without an id is a notification', () => {
  expect(readMessage('{"method":"initialized"}')).toEqual({
    type: 'notification',
    method: 'initialized',
  })
})

test('results and errors answer server requests', () => {
  expect(readMessage('{"id":0,"result":{"decision":"accept"}}')).toEqual({
    type: 'answer',
    id: 0,
    answer: { result: { decision: 'accept' } },
  })
  expect(readMessage('{"id":0,"error":"no thanks"}')).toEqual({
    type: 'answer',
    id: 0,
    answer: { error: { code: 0, message: '' } },
  })
})

test.each([
  'not json',
  '{"id":1,"method":',
  '[]',
  '[{"method":"initialized"}]',
  '7',
  'null',
  '"thread/list"',
  '{}',
  '{"id":1}',
  '{"id":"a","result":{}}',
  '{"id":null,"method":"thread/list"}',
  '{"id":{},"method":"thread/list"}',
  '{"method":5}',
])('%s is no message', (text) => {
  expect(readMessage(text)).toBeUndefined()
})

test('a notification carries its time and its number beside method and params', () => {
  const archived = { method: 'thread/archived', params: { threadId: 't' } } as const
  expect(JSON.parse(writeNotification(archived, 5))).toEqual({ ...archived, emittedAtMs: 5 })
  expect(JSON.parse(writeNotification({ ...archived, seq: 3, emittedAtMs: 4 }, 5))).toEqual({
    ...archived,
    seq: 3,
    emittedAtMs: 4,
  })
})

test('a server request is id, method and params', () => {
  const request = {
    id: 0,
    method: 'item/fileChange/requestApproval',
    params: { threadId: 't' },
  } as unknown as ServerRequest
  expect(JSON.parse(writeServerRequest(request))).toEqual(request)
})

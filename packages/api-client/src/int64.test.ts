import { createFakeClock, scriptedFetch } from '@grantkit/auth-core/testing'
import { describe, expect, it } from 'vitest'
import { stubConnection } from '../test/setup.ts'
import { definition, type paths } from '../test/shelf.ts'
import { parseWithInt64, withInt64 } from './int64.ts'
import { createApiClient, unwrap } from './index.ts'

const names = new Set(['key', 'keys'])

describe('a 64-bit integer of an answer', () => {
  it.each([
    ['comes as the digits that were sent', '{"key":9007199254740993}', { key: '9007199254740993' }],
    ['is a string also when it is small', '{"key":12}', { key: '12' }],
    ['stays what it is when it came as a string', '{"key":"12"}', { key: '12' }],
    ['may be negative', '{"key":-9223372036854775808}', { key: '-9223372036854775808' }],
    ['stays null', '{"key":null}', { key: null }],
    ['is found in lists', '{"keys":[1,9007199254740993,"3"]}', { keys: ['1', '9007199254740993', '3'] }],
    ['is found at any depth', '[{"a":{"key":1}}]', [{ a: { key: '1' } }]],
    ['is not rounded in a member nobody named', '{"other":9007199254740993}', { other: '9007199254740993' }],
    ['leaves other numbers alone', '{"count":3,"share":0.5,"key":1.5}', { count: 3, share: 0.5, key: 1.5 }],
    ['leaves text alone that looks like one', '{"text":"{\\"key\\":1}"}', { text: '{"key":1}' }],
  ])('%s', (_, text, value) => {
    expect(parseWithInt64(text, names)).toEqual(value)
  })
})

describe('a 64-bit integer of a body', () => {
  it.each([
    ['is sent with all its digits', { key: '9007199254740993' }, '{"key":9007199254740993}'],
    ['is sent from lists', { keys: ['1', '9007199254740993'] }, '{"keys":[1,9007199254740993]}'],
    ['is found at any depth', [{ a: { key: '1' } }], '[{"a":{"key":1}}]'],
    ['that is none is left to the API to refuse', { key: 'one' }, '{"key":"one"}'],
    ['leaves other strings alone', { name: '12' }, '{"name":"12"}'],
    ['leaves dates alone', { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
  ])('%s', (_, body, text) => {
    expect(JSON.stringify(withInt64(body, names))).toBe(text)
  })
})

describe('a client of an API with 64-bit integers', () => {
  const create = (answer: string) => {
    const fetch = scriptedFetch([new Response(answer)])
    const int64 = { answers: ['id'], bodies: ['accountKey'] }
    const clock = createFakeClock()
    return {
      fetch,
      client: createApiClient<paths>({ ...definition, int64 }, { connection: stubConnection(), fetch, clock }),
    }
  }

  it('reads strings and sends numbers', async () => {
    const { client, fetch } = create('{"id":9007199254740993,"title":"Emma"}')
    const body = { accountKey: '9007199254740995', title: '1984' }
    expect(unwrap(await client.POST('/books', { body }))).toEqual({ id: '9007199254740993', title: 'Emma' })
    expect(fetch.requests[0]?.body).toBe('{"accountKey":9007199254740995,"title":"1984"}')
  })

  it('gives a serializer of the caller what the caller gave', async () => {
    const { client, fetch } = create('{}')
    const body = { accountKey: '1', title: 'Emma' }
    await client.POST('/books', { body, bodySerializer: (value: object) => JSON.stringify(value) })
    expect(fetch.requests[0]?.body).toBe('{"accountKey":"1","title":"Emma"}')
  })
})

import { createFakeClock, scriptedFetch } from '@grantkit/auth-core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stubConnection } from '../test/setup.ts'
import { definition, type paths } from '../test/shelf.ts'
import { int64Parser, withInt64 } from './int64.ts'
import { createApiClient, unwrap } from './index.ts'

const names = new Set(['key', 'keys'])
const parse = int64Parser([...names])

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
    ['is found however its name is written', String.raw`{"\u006bey":1}`, { key: '1' }],
    ['is found whatever white space is around it', '{"key" :\n 1,"keys":\t[ 2 ]}', { key: '1', keys: ['2'] }],
    ['is found at the top', '9007199254740993', '9007199254740993'],
    ['leaves text alone that looks like one', '{"text":"{\\"key\\":1}"}', { text: '{"key":1}' }],
  ])('%s', (_, text, value) => {
    expect(parse(text)).toEqual(value)
  })
})

it('gives for any JSON what a look at each value gives', () => {
  const member = fc.constantFrom('key', 'keys', 'other', 'k"ey', '')
  const number = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  const { json } = fc.letrec<{ json: string }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
      number.map((value) => JSON.stringify(value)),
      fc.string().map((text) => JSON.stringify(text)),
      fc.constantFrom('null', 'true', String.raw`"\u006bey"`, '"\\"key\\":12"'),
      fc.array(tie('json')).map((items) => `[${items.join(' , ')}]`),
      fc
        .array(fc.tuple(member, tie('json')))
        .map((entries) => `{${entries.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join()}}`),
    ),
  }))
  fc.assert(
    fc.property(json, (text) => {
      const [, looked] = parse(`[12345678901234567890,${text}]`) as readonly unknown[]
      expect(parse(text)).toEqual(looked)
    }),
  )
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

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hourAt } from '../../../test/calendar-client.ts'
import { signIn } from '../../../test/google-client.ts'
import { createSandbox, type Sandbox } from '../../sandbox.ts'

const list = 'GET /calendar/v3/calendars/primary/events'
const insert = 'POST /calendar/v3/calendars/primary/events'
const json = 'content-type: application/json'

interface AnsweredPart {
  readonly contentId: string | undefined
  readonly status: number
  readonly head: string
  readonly body: {
    readonly id?: string
    readonly items?: readonly unknown[]
    readonly error?: { readonly errors: readonly { readonly reason: string }[] }
  }
}

let sandbox: Sandbox
let token: string

beforeEach(async () => {
  sandbox = createSandbox({ startMs: Date.UTC(2026, 10, 1) })
  token = (await signIn(sandbox, { scope: 'https://www.googleapis.com/auth/calendar' })).access
})
afterEach(() => sandbox.close())

/** A part of a batch: a request line, headers, and a body. */
function part(contentId: string, lines: readonly string[], body: unknown = ''): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return ['content-type: application/http', `content-id: <${contentId}>`, '', ...lines, '', text].join('\r\n')
}

function send(parts: readonly string[], headers: Record<string, string> = {}): Promise<Response> {
  const body = `${parts.map((each) => `--edge\r\n${each}\r\n`).join('')}--edge--\r\n`
  return sandbox.fetch('https://www.googleapis.com/batch/calendar/v3', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'multipart/mixed; boundary=edge', ...headers },
    body,
  })
}

async function readAnswers(response: Response): Promise<AnsweredPart[]> {
  expect(response.status).toBe(200)
  const boundary = /boundary=(\S+)/.exec(response.headers.get('content-type') ?? '')?.[1] ?? ''
  const [preamble, ...parts] = (await response.text()).split(new RegExp(`--${boundary}(?:--)?\r\n`))
  expect(preamble).toBe('')
  expect(parts.pop()).toBe('')
  return parts.map((text) => {
    const [outer = '', head = '', ...body] = text.slice(0, -2).split('\r\n\r\n')
    expect(outer).toContain('content-type: application/http')
    return {
      contentId: /content-id: <(.*)>/.exec(outer)?.[1],
      status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]),
      head,
      body: JSON.parse(body.join('\r\n\r\n') || '{}'),
    }
  })
}

const batch = async (...parts: readonly string[]): Promise<AnsweredPart[]> => readAnswers(await send(parts))
const reasonOf = ({ body }: AnsweredPart): string | undefined => body.error?.errors[0]?.reason

describe('a batch', () => {
  test('answers each part on its own, in order, under the name it was given', async () => {
    const [added, listed, missing, gone] = await batch(
      part('a', [insert, json], { ...hourAt('2026-11-03T10:00:00Z'), id: 'batched1' }),
      part('b', [`${list} HTTP/1.1`]),
      part('c', ['GET /calendar/v3/calendars/primary/events/nobody']),
      part('d', ['DELETE /calendar/v3/calendars/primary/events/batched1']),
    )
    expect(added).toMatchObject({ contentId: 'response-a', status: 200, body: { id: 'batched1' } })
    expect(listed).toMatchObject({ contentId: 'response-b', status: 200 })
    expect(listed?.body.items).toHaveLength(1)
    expect(missing).toMatchObject({ contentId: 'response-c', status: 404 })
    expect(gone).toMatchObject({ contentId: 'response-d', status: 204, body: {} })
    expect(gone?.head).toBe('HTTP/1.1 204 No Content')
  })

  test('takes the token from outside where a part has none of its own', async () => {
    const [own, outer] = await batch(part('a', [list, 'Authorization: Bearer wrong']), part('b', [list]))
    expect([own?.status, outer?.status]).toEqual([401, 200])
    const withoutToken = await readAnswers(
      await send([part('a', [list]), part('b', [list, `Authorization: Bearer ${token}`])], { authorization: '' }),
    )
    expect(withoutToken.map(({ status }) => status)).toEqual([401, 200])
  })

  test('stands in the ledger with every part as a call of its own', async () => {
    await batch(part('a', [list]), part('b', [insert, json], hourAt('2026-11-03T10:00:00Z')))
    const entries = sandbox.control.ledger.entries().slice(-3)
    const [outer] = entries
    expect(entries).toMatchObject([
      { kind: 'batch', operation: 'batch', status: 200, account: '100000000000000000001' },
      { kind: 'api', operation: 'listEvents', status: 200, batch: outer?.seq },
      { kind: 'api', operation: 'createEvent', status: 200, batch: outer?.seq, processed: true },
    ])
    expect(sandbox.control.ledger.summary()).toMatchObject({ apiCalls: 2 })
  })

  test('is struck by faults of its parts, part by part', async () => {
    sandbox.control.faults.add({ match: { operation: 'listEvents' }, skip: 1, type: 'rate_limited' })
    const answers = await batch(part('a', [list]), part('b', [list]), part('c', [list]))
    expect(answers.map(({ status }) => status)).toEqual([200, 429, 200])
  })

  test('is struck by faults of its own, before or after its parts', async () => {
    sandbox.control.faults.add({ match: { operation: 'batch' }, type: 'server_error' })
    expect((await send([part('a', [list])])).status).toBe(503)
    expect(sandbox.control.ledger.summary()).toMatchObject({ apiCalls: 0 })

    sandbox.control.faults.add({ match: { operation: 'batch' }, type: 'lost', processed: true })
    await expect(send([part('a', [insert, json], { ...hourAt('2026-11-03T10:00:00Z') })])).rejects.toThrow(
      'fetch failed',
    )
    const [after] = await batch(part('a', [list]))
    expect(after?.body.items).toHaveLength(1)
  })

  test('breaks as a whole where a part would break its connection', async () => {
    sandbox.control.faults.add({ match: { operation: 'listEvents' }, type: 'lost' })
    await expect(send([part('a', [list])])).rejects.toThrow('fetch failed')
    expect(sandbox.control.ledger.entries().slice(-2)).toMatchObject([{ stage: 'lost' }, { stage: 'lost' }])
  })

  test('takes lines that end without a carriage return, names in quotation marks, and parts without a name', async () => {
    const body = `--e d\ncontent-type: application/http\n\n${insert}\n${json}\n\n${JSON.stringify(hourAt('2026-11-03T10:00:00Z'))}\n--e d--`
    const response = await sandbox.fetch('https://www.googleapis.com/batch/calendar/v3', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'multipart/mixed; boundary="e d"' },
      body,
    })
    expect(await readAnswers(response)).toMatchObject([{ contentId: undefined, status: 200 }])
  })
})

describe('what is no batch', () => {
  test.each([
    ['another type', 'application/json', '{}'],
    ['no boundary', 'multipart/mixed', '--edge--'],
    ['no end', 'multipart/mixed; boundary=edge', `--edge\r\n${part('a', [list])}`],
  ])('is refused: %s', async (_, contentType, body) => {
    const init = { method: 'POST', headers: { 'content-type': contentType }, body }
    const response = await sandbox.fetch('https://www.googleapis.com/batch/calendar/v3', init)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 400, errors: [{ reason: 'badRequest' }] } })
  })

  test('a batch of more than 1000 calls is refused, one of 1000 is not', async () => {
    const calls = Array.from({ length: 1001 }, (_, index) => part(String(index), ['GET /calendar/v3/colors']))
    expect((await send(calls)).status).toBe(400)
    expect(await readAnswers(await send(calls.slice(1)))).toHaveLength(1000)
  })

  test('a part that is no request, or asks another API, spoils no other part', async () => {
    const answers = await batch(
      part('a', ['hello']),
      part('b', ['GET https://www.googleapis.com/calendar/v3/colors']),
      part('c', ['POST /token', 'content-type: application/x-www-form-urlencoded'], 'grant_type=refresh_token'),
      part('d', ['POST /batch/calendar/v3']),
      part('e', ['TRACE /calendar/v3/colors']),
      part('f', [list]),
    )
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 404, 404, 400, 200])
    expect(answers.slice(0, 3).map(reasonOf)).toEqual(['badRequest', 'badRequest', 'notFound'])
  })
})

import { createFakeClock, scriptedFetch } from '@grantkit/auth-core/testing'
import { describe, expect, it } from 'vitest'
import { secret, stubConnection } from '../test/setup.ts'
import { definition, type paths } from '../test/shelf.ts'
import { createApiClient, type AnswerKind } from './index.ts'

const refused = (status: number, errorCode?: string) =>
  Response.json(errorCode === undefined ? {} : { errorCode }, { status })

/** Calls once at an API that refuses tokens in the given way, and tells which tokens it was shown. */
async function call(tokenRefusals: readonly AnswerKind[] | undefined, first: Response) {
  const answers = [first, Response.json({ items: [] })]
  const fetch = scriptedFetch([() => answers.shift() ?? Response.error(), () => answers.shift() ?? Response.error()])
  const options = { connection: stubConnection(), accountKey: '1', fetch, clock: createFakeClock() }
  const client = createApiClient<paths, 'accountKey'>(
    { ...definition, ...(tokenRefusals && { tokenRefusals }) },
    options,
  )
  const { error, response } = await client.GET('/books')
  const tokens = fetch.requests.map(({ headers }) => headers.get('authorization')?.replace(`Bearer ${secret}`, 'token'))
  return { error, status: response.status, tokens }
}

const renewed = ['token', 'token-2']
const kept = ['token']

describe('a newer token is tried', () => {
  const byCode = [{ status: 401 }, { status: 403, codes: ['InvalidToken'] }]
  it.each([
    ['after a 401 where the definition says nothing', undefined, refused(401), renewed],
    ['not after a 403 there', undefined, refused(403, 'InvalidToken'), kept],
    ['after a 403 with the code that the definition names', byCode, refused(403, 'InvalidToken'), renewed],
    ['not after a 403 with another code', byCode, refused(403, 'Forbidden'), kept],
    ['not after a 403 without a code', byCode, refused(403), kept],
    ['not after a 403 that is no JSON', byCode, new Response('<html>', { status: 403 }), kept],
    ['not after a 403 without a body', byCode, new Response(null, { status: 403 }), kept],
    ['after any 401 beside it', byCode, refused(401), renewed],
    ['after any 403 where the definition names no code', [{ status: 403 }], refused(403), renewed],
    ['not after a 401 that the definition leaves out', [{ status: 403 }], refused(401), kept],
  ] as const)('%s', async (_, tokenRefusals, first, tokens) => {
    expect(await call(tokenRefusals, first)).toMatchObject({ tokens })
  })

  it('and an answer that was looked at still has its body', async () => {
    expect(await call(byCode, refused(403, 'Forbidden'))).toMatchObject({
      error: { errorCode: 'Forbidden' },
      status: 403,
    })
  })

  it('and a looked-at answer is read no further than 64 KiB', async () => {
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1
        controller.enqueue(new Uint8Array(16 * 1024).fill(120))
      },
    })
    expect(await call(byCode, new Response(body, { status: 403 }))).toMatchObject({ tokens: kept })
    expect(sent).toBeLessThan(20)
  })
})

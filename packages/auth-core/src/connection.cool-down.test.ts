import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connectedBench, createBench, oauthError, rejection, rotated, type Bench } from '../test/bench.ts'
import { clientCredentials, refreshToken, type AccessToken, type AuthClientOptions, type Fetch } from './index.ts'

// What a grant that fails costs the authorization server, whoever asks however often, in how many processes.

const hourMs = 3_600_000
const secondMs = 1_000
const network = (code: string) => Object.assign(new TypeError('fetch failed'), { cause: { code, syscall: 'connect' } })

/** A server that answers in one way, and notes when it was asked. */
function server(answer: () => Response | Error): { fetch: Fetch; askedAtMs: number[]; start(bench: Bench): void } {
  const askedAtMs: number[] = []
  let nowMs = (): number => 0
  return {
    askedAtMs,
    start({ clock }) {
      const startMs = clock.monotonicMs()
      nowMs = () => clock.monotonicMs() - startMs
    },
    async fetch() {
      askedAtMs.push(nowMs())
      const given = answer()
      if (given instanceof Error) throw given
      return given
    },
  }
}

type Connections = readonly Bench['connection'][]

function fleetOf(bench: Bench, options: Partial<AuthClientOptions> = {}): Connections {
  return Array.from({ length: 8 }, () => bench.another(options).connection)
}

/** Several callers a second in each process, of whom nobody gives up, for ten minutes. */
async function tenMinutes(
  bench: Bench,
  ask: (connections: Connections) => Promise<unknown>[],
  fleet = fleetOf(bench),
): Promise<void> {
  for (let second = 0; second < 600; second += 1) {
    for (const call of ask(fleet)) call.catch(() => undefined)
    await bench.clock.advance(secondMs)
  }
}

const getToken = (connections: Connections) => connections.flatMap((each) => [each.accessToken(), each.accessToken()])
const force = (connections: Connections) => connections.flatMap((each) => [each.refresh(), each.accessToken()])

/** A fleet whose access token has ended, at a server that has only this one answer. */
async function fleetAt(answer: () => Response | Error): Promise<{ bench: Bench; askedAtMs: number[] }> {
  const { fetch, askedAtMs, start } = server(answer)
  const bench = createBench([], { options: { fetch } })
  await bench.client.connect('ada', refreshToken('rt-0'))
  start(bench)
  return { bench, askedAtMs }
}

const every30s = Array.from({ length: 20 }, (_, index) => index * 30 * secondMs)
const backingOff = [0, 1, 3, 7, 15, ...Array.from({ length: 19 }, (_, index) => 31 + index * 30)]

describe('a fleet of eight processes asks the authorization server in ten minutes', () => {
  it.each(['invalid_client', 'unauthorized_client', 'invalid_scope', 'invalid_request', 'unsupported_grant_type'])(
    '20 times when it answers %s, from the first time on',
    async (error) => {
      const { bench, askedAtMs } = await fleetAt(() => oauthError(400, error))
      await tenMinutes(bench, getToken)
      expect(askedAtMs).toEqual(every30s)
    },
  )

  it('20 times when callers force a refresh', async () => {
    const { bench, askedAtMs } = await fleetAt(() => oauthError(401, 'invalid_client'))
    await tenMinutes(bench, force)
    expect(askedAtMs).toEqual(every30s)
  })

  it('20 times when the API refuses a token that cannot be renewed', async () => {
    const bench = await connectedBench([])
    const held = await bench.connection.accessToken()
    await bench.clock.advance(61 * secondMs)
    const { fetch, askedAtMs, start } = server(() => oauthError(401, 'invalid_client'))
    const fleet = fleetOf(bench, { fetch })
    await bench.run(Promise.all(fleet.map((each) => each.accessToken())))
    start(bench)
    const ask = (refused: AccessToken) => fleet.flatMap((each) => [each.accessToken({ refused }), each.accessToken()])
    await tenMinutes(bench, () => ask(held), fleet)
    expect(askedAtMs).toEqual(every30s)
  })

  it('20 times for a client of its own that is refused', async () => {
    const { fetch, askedAtMs, start } = server(() => oauthError(400, 'invalid_grant'))
    const bench = createBench([], { options: { fetch } })
    start(bench)
    await bench.client.connect('ada', clientCredentials())
    await tenMinutes(bench, getToken)
    expect(askedAtMs).toEqual(every30s)
  })

  it.each([
    ['answers 429', () => oauthError(429, 'slow_down')],
    ['cannot be reached', () => network('ECONNREFUSED')],
  ])('24 times when it %s: 1 s doubling to 30 s', async (_what, answer) => {
    const { bench, askedAtMs } = await fleetAt(answer)
    await tenMinutes(bench, force)
    expect(askedAtMs.map((ms) => ms / secondMs)).toEqual(backingOff)
  })

  it('4 times when nobody knows what came of it: 60 s doubling', async () => {
    const { bench, askedAtMs } = await fleetAt(() => new Response('', { status: 500 }))
    await tenMinutes(bench, force)
    expect(askedAtMs.map((ms) => ms / secondMs)).toEqual([0, 60, 180, 420])
  })

  it('once when it ended the grant, also when the dead token is imported again and again', async () => {
    const { bench, askedAtMs } = await fleetAt(() => oauthError(400, 'invalid_grant'))
    await tenMinutes(bench, force)
    for (let start = 0; start < 3; start += 1) {
      const { client } = bench.another()
      const connection = await client.connect('ada', refreshToken('rt-0'))
      expect(await rejection(bench.run(connection.accessToken()))).toMatchObject({ code: 'reconnect' })
    }
    expect(askedAtMs).toEqual([0])
  })
})

describe('Retry-After', () => {
  it.each([
    ['429 in seconds', 429, () => '120', 120],
    ['429 as a date', 429, (nowMs: number) => new Date(nowMs + 90_000).toUTCString(), 90],
    ['503 longer than the quiet time', 503, () => '300', 300],
    ['503 shorter than the quiet time', 503, () => '5', 60],
    ['429 shorter than the back-off', 429, () => '0', 1],
    ['429 beyond an hour', 429, () => '86400', 3600],
    ['429 that cannot be read', 429, () => 'soon', 1],
    ['401 with a wrong secret', 401, () => '40', 40],
  ])('of %s is the least that a grant rests', async (_what, status, retryAfter, restSeconds) => {
    const bench = await connectedBench([
      () => new Response('', { status, headers: { 'retry-after': retryAfter(bench.clock.wallMs()) } }),
      rotated(2),
    ])
    await bench.clock.advance(hourMs)
    const retryAtMs = bench.clock.wallMs() + restSeconds * secondMs
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ retryAtMs })
    await bench.clock.advance(restSeconds * secondMs - 1)
    const other = bench.another().connection
    expect(await rejection(bench.run(other.accessToken()))).toMatchObject({ code: 'backing_off', retryAtMs })
    await bench.clock.advance(1)
    expect((await bench.run(other.accessToken())).value).toBe('at-2')
  })

  it('that leads out of a grace window turns the next presentation into a probe after the quiet time', async () => {
    const busy = new Response('', { status: 503, headers: { 'retry-after': '40' } })
    const bench = await connectedBench([busy, rotated(2)], {
      provider: { rotation: { graceSeconds: 30, uses: 1 } },
    })
    await bench.clock.advance(hourMs)
    await rejection(bench.run(bench.connection.accessToken()))
    await bench.clock.advance(40 * secondMs)
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'backing_off' })
    await bench.clock.advance(20 * secondMs)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
  })
})

describe('whatever comes of each attempt', () => {
  interface Failure {
    readonly name: string
    readonly answer: () => Response | Error
    /** The rest that is promised, after so many failures in a row and so many unknown outcomes. */
    readonly restMs: (failures: number, unknowns: number) => number
  }
  const backoffMs = (failures: number) => Math.min(1_000 * 2 ** (failures - 1), 30_000)
  const kinds: readonly Failure[] = [
    { name: 'unreachable', answer: () => network('ENOTFOUND'), restMs: backoffMs },
    { name: '429', answer: () => new Response('', { status: 429 }), restMs: backoffMs },
    {
      name: '429 with Retry-After',
      answer: () => new Response('', { status: 429, headers: { 'retry-after': '7' } }),
      restMs: (failures) => Math.max(backoffMs(failures), 7_000),
    },
    { name: 'wrong secret', answer: () => oauthError(401, 'invalid_client'), restMs: () => 30_000 },
    {
      name: 'reset',
      answer: () => new TypeError('fetch failed'),
      restMs: (_failures, unknowns) => Math.min(60_000 * 2 ** (unknowns - 1), hourMs),
    },
  ]
  const isUnknown = ({ name }: Failure) => name === 'reset'
  const pauses = fc.array(fc.oneof(fc.nat({ max: 900 }), fc.nat({ max: 70_000 })), { minLength: 10, maxLength: 40 })

  it('no process of a fleet tries again before the schedule says so', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...kinds), { minLength: 2, maxLength: 12 }),
        pauses,
        fc.nat(2),
        async (failures, waitsMs, forced) => {
          let attempts = 0
          const next = () => failures[attempts++ % failures.length]!
          const { bench, askedAtMs } = await fleetAt(() => next().answer())
          const fleet = [bench.connection, bench.another().connection, bench.another().connection]
          for (const waitMs of waitsMs) {
            for (const [index, each] of fleet.entries()) {
              const call = index === forced ? each.refresh() : each.accessToken()
              call.catch(() => undefined)
            }
            await bench.clock.advance(waitMs)
          }
          let counted = 0
          let unknowns = 0
          for (const [index, atMs] of askedAtMs.slice(0, -1).entries()) {
            const failure = failures[index % failures.length]!
            if (isUnknown(failure)) unknowns += 1
            else counted += 1
            const gapMs = askedAtMs[index + 1]! - atMs
            expect(gapMs, `after ${failure.name}`).toBeGreaterThanOrEqual(failure.restMs(counted, unknowns))
          }
        },
      ),
      { numRuns: 40 },
    )
  }, 60_000)
})

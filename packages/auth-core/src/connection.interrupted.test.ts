import { describe, expect, it } from 'vitest'
import { createBench, oauthError, rotated, type Bench } from '../test/bench.ts'
import { isAuthError, refreshToken, type Store } from './index.ts'
import type { GrantRecord } from './refresh/grant-record.ts'
import { faultyStore, type ScriptedAnswer } from './testing/index.ts'

// Every step of every flow is interrupted once, in every way a store can fail. Each flow must end as it does without
// the fault: at once, or when its caller tries again. No token request more, no token lost.

const hourMs = 3_600_000
const effects = ['throw', 'apply-then-throw', 'conflict'] as const

interface Fault {
  readonly at: number
  readonly effect: (typeof effects)[number]
}

/** A store that breaks the n-th step that touches a grant, and counts them. */
function interrupting(memory: Store, fault: Fault | undefined, counter: { steps: string[]; isOn: boolean }): Store {
  const faulty = faultyStore(memory)
  const count = (step: 'read' | 'write' | 'remove', key: string): void => {
    if (!key.startsWith('grant/') || !counter.isOn) return
    counter.steps.push(step)
    if (counter.steps.length - 1 !== fault?.at) return
    if (step === 'read' && fault.effect !== 'throw') return
    faulty.fault({ step, key, effect: fault.effect })
  }
  return {
    ...memory,
    read(key) {
      count('read', key)
      return faulty.read(key)
    },
    write(key, value, options) {
      count('write', key)
      return faulty.write(key, value, options)
    },
  }
}

interface Flow {
  readonly name: string
  readonly answers: () => ScriptedAnswer[]
  /** Done before faults begin. */
  prepare?(bench: Bench): Promise<unknown>
  run(bench: Bench): Promise<unknown>
}

const connected = async (bench: Bench) => {
  await bench.client.connect('ada', refreshToken('rt-0'))
  await bench.run(bench.connection.accessToken())
  await bench.clock.advance(hourMs)
}
const inDoubt = async (bench: Bench) => {
  await connected(bench)
  await bench.run(bench.connection.accessToken().catch(() => undefined))
  await bench.clock.advance(60_000)
}
const lost: ScriptedAnswer = () => Promise.reject(new TypeError('fetch failed'))

const redirectUri = 'https://app.example.com/callback'

const flows: Flow[] = [
  {
    name: 'a sign-in',
    answers: () => [rotated(1)],
    async run({ client }) {
      const { url } = await client.beginAuthorization('ada', { redirectUri, session: 's' })
      const callback = new URL(`${redirectUri}?code=c&state=${url.searchParams.get('state')}`)
      await client.completeAuthorization(callback, { session: 's' })
    },
  },
  { name: 'an import', answers: () => [], run: (bench) => bench.client.connect('ada', refreshToken('rt-0')) },
  {
    name: 'a refresh',
    answers: () => [rotated(1), rotated(2)],
    prepare: connected,
    run: (bench) => bench.connection.accessToken(),
  },
  {
    name: 'a refresh whose token is of no use',
    answers: () => [rotated(1), rotated(2, { token_type: 'mac' })],
    prepare: connected,
    run: (bench) => bench.connection.accessToken(),
  },
  {
    name: 'a refresh that is refused',
    answers: () => [rotated(1), oauthError(401, 'invalid_client')],
    prepare: connected,
    run: (bench) => bench.connection.accessToken(),
  },
  {
    name: 'a refresh that ends the grant',
    answers: () => [rotated(1), oauthError(400, 'invalid_grant')],
    prepare: connected,
    run: (bench) => bench.connection.accessToken(),
  },
  {
    name: 'a refresh whose answer is lost',
    answers: () => [rotated(1), lost],
    prepare: connected,
    run: (bench) => bench.connection.accessToken(),
  },
  {
    name: 'a question about a token in doubt',
    answers: () => [rotated(1), lost, Response.json({ active: true }), rotated(2)],
    prepare: inDoubt,
    run: (bench) => bench.connection.accessToken(),
  },
  {
    name: 'a disconnect',
    answers: () => [rotated(1), new Response(), new Response()],
    prepare: connected,
    run: (bench) => bench.connection.disconnect(),
  },
]

interface Ending {
  readonly record: unknown
  readonly requests: readonly string[]
  readonly steps: readonly string[]
}

async function play(flow: Flow, fault?: Fault): Promise<Ending> {
  const counter: { steps: string[]; isOn: boolean } = { steps: [], isOn: false }
  const bench = createBench(flow.answers(), {
    provider: { introspectsRefreshTokens: flow.name.includes('question') },
    store: (memory) => interrupting(memory, fault, counter),
  })
  await flow.prepare?.(bench)
  counter.isOn = true
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const failed = await attemptOnce(bench, flow)
    if (!isAuthError(failed, 'store_failed')) break
  }
  await bench.clock.advance(100)
  return {
    record: settledFacts(await bench.record()),
    requests: bench.fetch.requests.map(({ url, body }) => `${new URL(url).pathname} ${withoutVerifier(body)}`),
    steps: counter.steps,
  }
}

/** The one part of a request that is new each time. */
function withoutVerifier(body: string): string {
  return body.replace(/code_verifier=[^&]+/, 'code_verifier')
}

async function attemptOnce(bench: Bench, flow: Flow): Promise<unknown> {
  const work = flow.run(bench).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (flow.prepare !== undefined) return bench.run(work)
  // Importing hashes, which leaves the event loop: time must not run away meanwhile.
  let isDone = false
  void work.then(() => {
    isDone = true
  })
  while (!isDone) {
    await new Promise((resolve) => void setTimeout(resolve, 1))
    await bench.clock.advance(50)
  }
  return work
}

/** What does not depend on chance, and on how long the interruption took. */
function settledFacts({
  state,
  generation,
  tokens,
  unresolved,
  failures,
  refused,
  renewal,
  reason,
  claim,
}: GrantRecord): unknown {
  const { accessToken, refreshToken: stored } = tokens
  return { state, generation, accessToken, stored, unresolved, failures, refused, renewal, reason, claim }
}

describe.each(flows)('$name', (flow) => {
  it.each(effects)('ends the same whichever step of the store is answered with "%s"', async (effect) => {
    const { steps, ...expected } = await play(flow)
    expect(steps.length).toBeGreaterThan(0)
    for (let at = 0; at < steps.length; at += 1) {
      if (steps[at] === 'read' && effect !== 'throw') continue
      const { record, requests } = await play(flow, { at, effect })
      expect({ at, record, requests }).toEqual({ at, ...expected })
    }
  })
})

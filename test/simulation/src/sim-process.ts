import { AuthError, createAuthClient, isAuthError } from '@grantkit/auth-core'
import type { AccessToken, AuthEvent, Connection, Grant } from '@grantkit/auth-core'
import { spillTo } from '@grantkit/auth-core/spill'
import type { LineOf } from '@grantkit/history'
import { createHostStore } from './host-store.ts'
import type { Mistake } from './mistake.ts'
import { createProcessFetch } from './process-fetch.ts'
import { createProcessLife, type ProcessLife } from './process-life.ts'
import { createProcessStore } from './process-store.ts'
import { apiOrigin } from './process-wire.ts'
import { providerFor } from './provider-for.ts'
import { createRandom, deriveSeed } from './random.ts'
import type { CallKind } from './scenario.ts'
import type { World } from './world.ts'

/** One program that uses the shipped client: its clock, its way to the store, its network, its callers. */
export interface SimProcess {
  readonly life: ProcessLife
  readonly connection: Connection
  /** Starts a call; what comes of it is written into the history. */
  call(via: CallKind): void
  connect(grant: Grant): void
  disconnect(): void
  /** How many callers still wait. */
  waiting(): number
}

const account = 'person'

export interface ProcessOptions {
  readonly index: number
  readonly name: string
  readonly ended: (restartAfterMs: number | undefined) => void
  /** Something that is done wrong on purpose. */
  readonly mistake: Mistake
}

export function createSimProcess(world: World, { index, name, ended, mistake }: ProcessOptions): SimProcess {
  const { scenario, timeline } = world
  const random = createRandom(deriveSeed(scenario.seed, name))
  const life = createProcessLife(world, { index, name, ended })
  const way = createProcessStore(world, life, random)
  const network = createProcessFetch(world, { life, random, lastClaim: () => way.claim })
  const clock = mistake.clock?.(life.clock) ?? life.clock
  const store = mistake.store?.(way, clock) ?? way
  const fetch = mistake.fetch?.(network, clock) ?? network
  const client = createAuthClient({
    provider: providerFor(scenario),
    clientId: 'client',
    store,
    fetch,
    clock,
    background: scenario.background,
    random: () => random.next(),
    times: scenario.times,
    onEvent: note,
    ...(scenario.spills ? { spill: spillTo(createHostStore(world, life)) } : {}),
    ...(scenario.checksIdTokens ? { idToken: { check } } : {}),
  })
  const own = client.connection(account)
  const connection = mistake.connection?.(own, { store, fetch, clock }) ?? own
  let callers = 0
  let last: AccessToken | undefined

  function note(event: AuthEvent): void {
    if (event.type !== 'refresh') return world.count(`event: ${event.type}`)
    world.count(`outcome: ${event.outcome}`)
    world.say(() => `${name} reports ${event.outcome} of generation ${event.generation}`)
  }

  async function answerTo(via: CallKind): Promise<unknown> {
    switch (via) {
      case 'fetch':
        return connection.fetch(`${apiOrigin}/things`)
      case 'refresh':
        return timed('refresh', connection.refresh())
      case 'status':
        return timed('status', connection.status())
      case 'accessToken':
        return handOut(timed('accessToken', connection.accessToken()))
      case 'stale 401':
        return handOut(timed('accessToken', connection.accessToken(last === undefined ? {} : { refused: last })))
      case 'impatient':
        return handOut(connection.accessToken({ signal: AbortSignal.abort() }))
    }
  }

  async function handOut(asked: Promise<AccessToken>): Promise<void> {
    last = await asked
    const { value } = last
    world.lines.push({ kind: 'served', worker: name, generation: world.generations.get(value) ?? 0 })
    world.say(() => `${name} hands out ${value}`)
  }

  /** Notes how long a call takes, as the caller of a process that runs sees it. */
  function timed<T>(what: LineOf<'returned'>['what'], work: Promise<T>): Promise<T> {
    const startMs = timeline.nowMs - life.suspendedMs
    return work.finally(() => {
      const waitedMs = timeline.nowMs - life.suspendedMs - startMs
      world.lines.push({ kind: 'returned', worker: name, what, waitedMs })
    })
  }

  /** Waits for what was asked for; errors of ours are part of the game, others are not. */
  function track(what: string, work: Promise<unknown>): void {
    callers += 1
    work
      .catch((error: unknown) => {
        const code = isAuthError(error) ? error.code : 'foreign'
        world.count(`error: ${code}`)
        world.say(() => `${name} fails to ${what}: ${isAuthError(error) ? code : String(error)}`)
        if (code === 'foreign' && what !== 'impatient') world.surprises.push(`${name}'s caller got ${String(error)}.`)
      })
      .finally(() => {
        callers -= 1
      })
  }

  return {
    life,
    connection,
    call: (via) => {
      if (life.isAlive) track(via, answerTo(via))
    },
    connect(grant) {
      if (life.isAlive) track('connect', client.connect(account, grant))
    },
    disconnect() {
      if (life.isAlive) track('disconnect', own.disconnect())
    },
    waiting: () => (life.isAlive ? callers : 0),
  }
}

/** Stands in for the check of signatures, which the simulation leaves out. */
async function check(_wire: unknown, token: { value: string }): Promise<{ subject: string }> {
  if (token.value === 'somebody') return { subject: token.value }
  throw new AuthError('id_token_invalid', 'The ID token names another person.')
}

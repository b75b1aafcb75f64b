import { refreshToken, type Grant } from '@grantkit/auth-core'
import type { Happening } from './scenario.ts'
import type { SimProcess } from './sim-process.ts'
import type { World } from './world.ts'

/** Lets something happen that comes at its time, whatever the processes do. */
export function happen(
  world: World,
  processOf: (index: number) => SimProcess,
  happening: Happening & { atMs: number },
): void {
  if ('process' in happening) happenTo(world, processOf(happening.process), happening)
  else happenToAll(world, happening)
}

function happenTo(world: World, process: SimProcess, happening: Happening & { process: number; atMs: number }): void {
  const { name } = process.life
  switch (happening.kind) {
    case 'call':
      return process.call(happening.via)
    case 'sign in':
      world.say(() => `a person signs in again at ${name}`)
      world.count('world: sign in')
      return process.connect(signIn(world))
    case 'import':
      return importInto(world, process)
    case 'disconnect':
      world.say(() => `${name} disconnects`)
      world.count('world: disconnect')
      return process.disconnect()
    case 'process clock':
      world.say(() => `the clock of ${name} moves by ${happening.byMs} ms`)
      world.fault(`process clock ${direction(happening.byMs)}`)
      return process.life.moveClock(happening.byMs)
    case 'cut off':
      return undefined
  }
}

function happenToAll(world: World, happening: Happening & { atMs: number }): void {
  const { server } = world
  switch (happening.kind) {
    case 'refuse access tokens':
      world.say(() => 'the API refuses all access tokens')
      world.count('world: refuse access tokens')
      return server.refuseAccessTokens()
    case 'provider ends grant':
      world.say(() => 'the provider ends the grant')
      world.fault('provider ends grant', { fault: 'revoked' })
      return server.endGrants()
    case 'store clock':
      world.say(() => `the store's clock moves by ${happening.byMs} ms`)
      world.fault(`store clock ${direction(happening.byMs)}`, { fault: 'clock_moved' })
      world.storeOffsetMs += happening.byMs
      return undefined
    case 'store rolls back':
      return world.rollBack(happening.versions)
    default:
      return undefined
  }
}

function direction(byMs: number): string {
  return byMs > 0 ? 'forward' : 'back'
}

/** A person authorizes, by whatever flow: the tokens are there at once. */
export function signIn({ server, timeline, scenario }: World): Grant {
  const issued = server.authorize(timeline.nowMs)
  const lifetime = scenario.lifetimeMs === undefined ? {} : { lifetimeMs: scenario.lifetimeMs }
  const idToken = scenario.checksIdTokens ? { idToken: 'somebody' } : {}
  const outcome = { kind: 'tokens' as const, read: { tokens: { usable: true, ...issued, ...lifetime }, ...idToken } }
  return { obtain: async () => ({ outcome, watch: { elapsedMs: () => 0 }, allowOtherPerson: false }) }
}

function importInto(world: World, process: SimProcess): void {
  const { refreshToken: token } = world.server.authorize(world.timeline.nowMs)
  const grant = refreshToken(token)
  if (!('plan' in grant)) throw new Error('An imported refresh token makes a standing grant.')
  world.count('world: import')
  // Hashing leaves the simulated time.
  world.timeline.hold(
    grant.plan().then((plan) => {
      world.say(() => `${token} is imported at ${process.life.name}`)
      process.connect({ plan: async () => plan })
    }),
  )
}

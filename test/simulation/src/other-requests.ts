import type { ProcessWire, Settle } from './process-wire.ts'
import { wireAnswer } from './wire-answer.ts'

/** Calls the API, which refuses a token that has ended. */
export function callApi({ world, life, transitMs }: ProcessWire, headers: Headers, settle: Settle): void {
  const { timeline, server } = world
  const token = (headers.get('authorization') ?? '').slice('Bearer '.length)
  world.lines.push({ kind: 'served', worker: life.name, generation: world.generations.get(token) ?? 0 })
  world.say(() => `${life.name} calls the API with ${token}`)
  timeline.after(transitMs(), () => {
    const status = server.accepts(token, timeline.nowMs) ? 200 : 401
    timeline.after(transitMs(), () => settle.resolve(wireAnswer(status, '')))
  })
}

export function introspect({ world, life, transitMs }: ProcessWire, token: string, settle: Settle): void {
  const { timeline, server } = world
  timeline.after(transitMs(), () => {
    const active = server.introspect(token)
    const tell = (): void => {
      world.lines.push({ kind: 'introspected', refreshToken: token, active })
      world.say(() => `${life.name} is told that ${token} is ${active ? 'active' : 'inactive'}`)
      settle.resolve(wireAnswer(200, JSON.stringify({ active })))
    }
    timeline.after(transitMs(), () => life.deliver(tell))
  })
}

export function revoke({ world, transitMs }: ProcessWire, token: string, settle: Settle): void {
  const { timeline, server } = world
  timeline.after(transitMs(), () => {
    server.revoke(token)
    world.say(() => `the server revokes ${token}`)
    timeline.after(transitMs(), () => settle.resolve(wireAnswer(200, '')))
  })
}

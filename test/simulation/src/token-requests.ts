import type { RecordFacts } from '@grantkit/history'
import { losesAnswer, spells, type Spell } from './answer-spells.ts'
import type { ProcessWire, Settle } from './process-wire.ts'
import { happeningsOf, type AnswerFault, type Scenario } from './scenario.ts'
import type { IssuedTokens, Judgement } from './token-server.ts'
import { wireAnswer } from './wire-answer.ts'
import type { World } from './world.ts'

export interface TokenRequest {
  readonly refreshToken: string
  readonly signal: AbortSignal | null
  /** What the process claimed before. */
  readonly claim: RecordFacts['claim']
}

/** Presents a refresh token, with everything that can go wrong on the way. */
export function presentToken(wire: ProcessWire, sent: TokenRequest, settle: Settle): void {
  const { world, life, transitMs } = wire
  const { timeline } = world
  const { number, name, spell, delayMs } = nextRequest(world)
  world.say(
    () => `${life.name} presents ${sent.refreshToken} (request ${number})${name ? `, which meets: ${name}` : ''}`,
  )
  if (spell.breaks === 'unsent') {
    timeline.after(transitMs(), () => settle.reject(unsent()))
    return
  }
  const { id: claimId = 'none' } = sent.claim ?? {}
  world.lines.push({ kind: 'sent', request: number, worker: life.name, claimId, refreshToken: sent.refreshToken })
  if (losesAnswer(spell)) world.lines.push({ kind: 'fault', fault: 'answer_lost', request: number })
  const answers = untilAborted(wire, number, sent.signal, settle)
  life.pass('request sent')
  timeline.after(transitMs() + (spell.isRequestSlow ? delayMs : 0), () => {
    const judgement = spell.processes ? judge(world, number, sent) : undefined
    if (spell.isSilent) return
    timeline.after(transitMs() + (spell.isRequestSlow ? 0 : delayMs), () => {
      life.pass('answer arrived')
      life.deliver(() => answers(() => answer(wire, number, { judgement, spell }, settle)))
    })
  })
}

interface NextRequest {
  readonly number: string
  readonly name?: AnswerFault
  readonly spell: Spell
  readonly delayMs: number
}

/** Numbers a request and finds the fault that strikes it. */
function nextRequest(world: World): NextRequest {
  const { scenario, timeline, isHealed } = world
  const nth = world.nextRequest++
  const number = `${nth}`
  const { nowMs } = timeline
  const during = happeningsOf(scenario, 'spell').find(({ atMs, forMs }) => nowMs >= atMs && nowMs < atMs + forMs)
  const struck = happeningsOf(scenario, 'answer').find((one) => one.nth === nth)
  const name = isHealed ? undefined : (during?.fault ?? struck?.fault)
  if (name === undefined) return { number, spell: plain, delayMs: 0 }
  world.fault(name)
  return { number, name, spell: spells[name], delayMs: during === undefined ? (struck?.delayMs ?? 0) : 0 }
}

const plain: Spell = { processes: true }

/** Gives the way to answer: only the first of answer and abort counts. */
function untilAborted(
  { world, life }: ProcessWire,
  request: string,
  signal: AbortSignal | null,
  settle: Settle,
): (run: () => void) => void {
  const sentMs = world.timeline.nowMs
  let isOver = false
  const once = (run: () => void): void => {
    if (!isOver) run()
    isOver = true
  }
  signal?.addEventListener('abort', () => {
    world.lines.push({ kind: 'gave_up', request, waitedMs: world.timeline.nowMs - sentMs })
    world.say(() => `${life.name} no longer listens for request ${request}`)
    once(() => settle.reject(signal.reason))
  })
  return once
}

function judge(world: World, request: string, { refreshToken, claim }: TokenRequest): Judgement {
  const judgement = world.server.present(refreshToken, world.timeline.nowMs)
  const { verdict, family, tokens } = judgement
  const issued = tokens?.refreshToken
  if (tokens !== undefined) world.generations.set(tokens.accessToken, (claim?.generation ?? 0) + 1)
  world.lines.push({ kind: 'judged', request, verdict, family, ...(issued === undefined ? {} : { issued }) })
  world.count(`verdict: ${verdict}`)
  const given = tokens === undefined ? '' : `, gives ${tokens.accessToken} ${issued ?? ''}`
  world.say(() => `the server: ${refreshToken} is ${verdict}${given}`)
  return judgement
}

function answer(
  { world, life }: ProcessWire,
  request: string,
  { judgement, spell }: { judgement: Judgement | undefined; spell: Spell },
  settle: Settle,
): void {
  if (spell.breaks !== undefined) return settle.reject(reset())
  const { isCut = false } = spell
  const { status, body, type } = spell.instead ?? ownAnswer(world.scenario, judgement?.tokens, spell)
  const told = isCut ? {} : toldBy(body, judgement)
  world.lines.push({ kind: 'told', request, status, ...told })
  world.say(() => `${life.name} gets the answer to request ${request}: ${status}`)
  settle.resolve(wireAnswer(status, body, { isCut, ...(type === undefined ? {} : { type }) }))
}

/** What the server itself says. */
function ownAnswer(
  { lifetimeMs, checksIdTokens }: Scenario,
  tokens: IssuedTokens | undefined,
  { amends }: Spell,
): NonNullable<Spell['instead']> {
  if (tokens === undefined) return { status: 400, body: JSON.stringify({ error: 'invalid_grant' }) }
  const body = {
    access_token: tokens.accessToken,
    token_type: 'bearer',
    ...(lifetimeMs === undefined ? {} : { expires_in: lifetimeMs / 1000 }),
    ...(tokens.refreshToken === undefined ? {} : { refresh_token: tokens.refreshToken }),
    ...(checksIdTokens ? { id_token: 'somebody' } : {}),
    ...amends,
  }
  return { status: 200, body: JSON.stringify(body) }
}

function toldBy(body: string, judgement: Judgement | undefined): { error?: string; issued?: string } {
  if (!body.startsWith('{')) return {}
  const { error } = JSON.parse(body) as { error?: string }
  if (error !== undefined) return { error }
  const issued = judgement?.tokens?.refreshToken
  return issued === undefined ? {} : { issued }
}

function unsent(): Error {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' })
  return new TypeError('fetch failed', { cause })
}

function reset(): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) })
}

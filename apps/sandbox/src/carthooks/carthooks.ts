import { createApiService, type PlayableApi, playableApi } from '../api/api-service.ts'
import { loadApiSpec } from '../api/api-spec.ts'
import { requireHandler } from '../api/handler.ts'
import { refusePlainly } from '../api/refuse-plainly.ts'
import { notFound, VendorRefusal } from '../api/vendor-refusal.ts'
import { isObject } from '../check-option.ts'
import type { OAuthContext } from '../oauth/oauth-context.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { Service } from '../service.ts'
import type { Kept } from '../state/kept.ts'
import { appHandlers } from './apps.ts'
import type { CarthooksHandlers } from './carthooks-ask.ts'
import { admit, readQuery } from './carthooks-manners.ts'
import { type CarthooksTenants, createCarthooksTenants } from './carthooks-tenants.ts'
import { userScope } from './carthooks-token.ts'
import { connectionHandlers } from './connections.ts'
import { makeTraceId, notFoundKey, wordError } from './envelope.ts'
import { formHandlers } from './forms-and-uploads.ts'
import { lockHandlers } from './item-locks.ts'
import { itemHandlers } from './items.ts'
import { peopleHandlers } from './people.ts'
import { subItemHandlers } from './sub-items.ts'
import { watchHandlers } from './watches.ts'

const handlers: CarthooksHandlers = {
  ...appHandlers,
  ...connectionHandlers,
  ...formHandlers,
  ...itemHandlers,
  ...lockHandlers,
  ...peopleHandlers,
  ...subItemHandlers,
  ...watchHandlers,
}

/** As on an instance; the first server of the document is the vendor's own host. */
export const api: PlayableApi = playableApi({ ...loadApiSpec('carthooks'), basePath: '/open/api' })

export interface Carthooks extends Service, Kept, Pick<CarthooksTenants, 'snapshot'> {
  /** Signs a person in to the vendor's own front end, and returns what it holds then: a user token. */
  createUserToken(account?: string): string
}

/** Plays the Carthooks open API. */
export function createCarthooks(context: OAuthContext): Carthooks {
  const { accounts, grants, clients, clock, random, settings } = context
  const tenants = createCarthooksTenants(accounts, random)
  const service = createApiService(api, context, {
    vendor: 'carthooks',
    admit: (authorization, operation, headers) => admit(authorization, operation, headers, context),
    readQuery,
    handle({ operation, input, token }) {
      const { account } = token.grant
      const [tenant, person] = [tenants.of(account.accountKey), tenants.personOf(account)]
      const who = { account, person, scopes: token.scopes, tenant }
      const told = requireHandler(
        handlers,
        operation.id,
      )({ ...input, ...who, clients, grants, nowMs: clock.nowMs(), random })
      const body = isObject(told.body) ? told.body : {}
      return { status: told.status, body: { ...body, trace_id: makeTraceId(random) } }
    },
    refuseInput: (_operation, problem) => refusePlainly(problem, notFound()),
    notFound,
    fault: (status, key) => new VendorRefusal(status, key, 'Played by a fault of the sandbox.'),
    describe(thrown) {
      if (!(thrown instanceof VendorRefusal)) return undefined
      const { status, errorCode: key = status === 404 ? notFoundKey : undefined, message } = thrown
      return wordError(status, { key, message }, random)
    },
    mayBeUndocumented: ({ answers }, status) => [400, 413].includes(status) && !answers.has(status),
  })
  return {
    ...service,
    snapshot: tenants.snapshot,
    createUserToken(name) {
      const account = name === undefined ? accounts.list()[0] : accounts.find(name)
      if (account === undefined) throw new SandboxError('unknown_account', `No account "${name ?? ''}" at Carthooks.`)
      const scopes = [userScope]
      const grant = grants.open({ clientId: 'carthooks-front-end', account, scopes })
      const lifeMs = settings.accessTokenSeconds * 1000
      return grants.issueAccessToken(grant, { nowMs: clock.nowMs(), lifeMs, scopes }).value
    },
    save: tenants.save,
    load: tenants.load,
    reset: tenants.reset,
  }
}

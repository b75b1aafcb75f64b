import type { Upstream } from '../api/upstreams.ts'
import { fail } from '../http/problem.ts'
import { hasParameter, withParameter } from '../http/query.ts'
import type { Target } from '../http/target.ts'
import type { OpenSession } from '../model/session-access.ts'

export interface Intent {
  readonly method: string
  readonly target: Target
  readonly upstream: Upstream
  readonly open: Pick<OpenSession, 'tenant' | 'app'>
}

const forwardedMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

/** Gives the target that may be sent, completed with the app's account; refuses everything else with a problem. */
export function decide({ method, target, upstream, open }: Intent): Target {
  const { tenant, app } = open
  if (app.provider !== upstream.provider) {
    fail({ status: 404, code: 'not_connected', detail: `Provider ${upstream.provider} not found for this session` })
  }
  if (hasParameter(target.query, 'access_token')) {
    fail({ status: 400, code: 'invalid_request', detail: 'access_token in the query is not passed on. Take it out.' })
  }
  if (!forwardedMethods.has(method)) {
    fail({ status: 405, code: 'method_not_allowed', detail: 'This method is not forwarded.' })
  }
  const match = upstream.operations.find(method, target.path)
  if (match.kind === 'operation') return withAccount(target, match.operation.query ?? [], app.accountKey)
  if (tenant.passThrough) return target
  if (match.kind === 'unknown_path') {
    return fail({ status: 404, code: 'unknown_operation', detail: `The ${upstream.name} API has no such path` })
  }
  const headers = { allow: match.allowed.join(', ') }
  return fail({ status: 405, code: 'method_not_allowed', detail: 'This path takes other methods.', headers })
}

function withAccount(target: Target, parameters: readonly string[], accountKey: string | undefined): Target {
  const isWanted = parameters.includes('accountKey') && !hasParameter(target.query, 'accountKey')
  if (accountKey === undefined || !isWanted) return target
  return { ...target, query: withParameter(target.query, 'accountKey', accountKey) }
}

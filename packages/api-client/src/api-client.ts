import type { Middleware } from 'openapi-fetch'
import type { CallInit } from './call-init.ts'
import { callOperation } from './call-operation.ts'
import { toSettings, type ApiClientOptions } from './client-options.ts'
import type { ApiClient, PathsWithDefaults } from './client-types.ts'
import type { ApiDefinition } from './definition.ts'
import { stackLayers } from './layers.ts'
import { createPlans } from './operation-plan.ts'

const methods = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE'] as const

/**
 * Creates the typed client of one API: openapi-fetch's calls and middleware, each call authorized, retried, limited in time and observed.
 * Parameters named by the definition (such as `accountKey`) may be given here once; those named in `Given` are then
 * optional in every call, where a value of the call wins.
 *
 * An answer of the API, whatever its status, is a value `{ data, error, response }`; `unwrap` throws instead. Without
 * an answer the call throws an ApiError (`timeout`, `network`, `aborted`), or an AuthError when no token can be had.
 * What cannot be sent throws `invalid_path_parameter` or `invalid_request` before anything is sent. Creation throws
 * `invalid_option` and `invalid_base_url`. Takes any number of parallel calls; holds nothing that needs closing.
 */
export function createApiClient<Paths extends {}, Given extends string = never, ItemsKey extends string = 'items'>(
  definition: ApiDefinition<ItemsKey>,
  options: ApiClientOptions & { readonly [Name in Given]: string },
): ApiClient<PathsWithDefaults<Paths, Given>, ItemsKey> {
  const settings = toSettings(definition, options)
  const middleware: Middleware[] = []
  const parts = {
    settings,
    findPlan: createPlans(definition, settings.parameters),
    send: stackLayers(definition, settings),
    middleware,
  }
  const request = (method: string, path: string, init?: CallInit): Promise<unknown> =>
    callOperation(parts, method.toUpperCase(), path, init)
  const calls = Object.fromEntries(
    methods.map((method) => [method, (path: string, init?: CallInit) => request(method, path, init)]),
  )
  const use = (...added: Middleware[]): void => void middleware.push(...added)
  const eject = (...removed: Middleware[]): void => {
    middleware.splice(0, Infinity, ...middleware.filter((one) => !removed.includes(one)))
  }
  const client: unknown = { ...calls, request, use, eject, definition }
  return client as ApiClient<PathsWithDefaults<Paths, Given>, ItemsKey>
}

import { mergeHeaders, type HeadersOptions } from 'openapi-fetch'
import { platformAborter } from './sender.ts'
import { attachFacts, factsOf } from './answer-facts.ts'
import { createCall, runCall, type Call } from './call.ts'
import type { CallInit } from './call-init.ts'
import type { CallResult } from './call-result.ts'
import { errorOf } from './failed-answer.ts'
import { toNetworkError } from './middleware/network-error.ts'
import { createWatch } from './middleware/observe.ts'
import { openRequest, type ClientParts } from './open-request.ts'
import type { OperationPlan } from './operation-plan.ts'
import { checkArguments, withDefaults } from './parameters.ts'
import { readData } from './read-data.ts'
import { delayAfter, pause } from './repeats.ts'

/** Makes one call: checks its arguments, runs its attempts, settles its result, tells the observer. */
export async function callOperation(
  parts: ClientParts,
  method: string,
  path: string,
  init: CallInit = {},
): Promise<CallResult> {
  const { settings } = parts
  const found = parts.findPlan(method, path)
  const plan = init.idempotent === undefined ? found : { ...found, idempotent: init.idempotent }
  const params = withDefaults(plan, init.params)
  checkArguments(plan, params, init.body)
  const watch = settings.observe && createWatch(plan, settings.observe, settings.clock)
  const asked = { params, init: withIdempotencyKey(plan, init) }
  const sender = init.fetch === undefined ? settings.sender : { fetch: init.fetch, createAborter: platformAborter }
  const call = createCall({ plan, asked, settings, sender, watch })
  try {
    const result = conformed(plan, await runCall(call, init.signal, () => runAttempts(parts, call)))
    watch?.ended(result.error === undefined)
    return result
  } catch (error) {
    watch?.ended(false, error)
    throw error
  }
}

/** One key for all attempts of a call; a key that the caller gives wins. */
function withIdempotencyKey({ operation: { idempotencyKey } }: OperationPlan, init: CallInit): CallInit {
  if (idempotencyKey === undefined) return init
  const headers = mergeHeaders({ [idempotencyKey]: crypto.randomUUID() }, init['headers'] as HeadersOptions | undefined)
  return { ...init, headers }
}

/** Gives what the definition makes of a result; an error may come of a success. */
function conformed(plan: OperationPlan, found: CallResult): CallResult {
  const result = plan.definition.conform?.(found, plan.names.operationId) ?? found
  const { error, response } = result
  if (error !== undefined && factsOf(response) === undefined) {
    attachFacts(response, { plan, retryAfterMs: undefined, body: error })
  }
  return result
}

/** Below, `retry` repeats until an answer begins; a success that breaks off while it is read is repeated here. */
async function runAttempts(parts: ClientParts, call: Call): Promise<CallResult> {
  for (;;) {
    const response = await openRequest(parts, call)
    if (!response.ok) return { error: errorOf(factsOf(response)?.body, response), response }
    try {
      return await readData(call, response)
    } catch (broken) {
      const failure = toNetworkError(call, broken)
      const delayMs = delayAfter(call, { error: failure })
      if (delayMs === undefined) throw failure
      await pause(call, delayMs)
    }
  }
}

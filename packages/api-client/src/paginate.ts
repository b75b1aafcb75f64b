import { ApiError, type ApiErrorCode } from './api-error.ts'
import type { CallInit } from './call-init.ts'
import type { CallResult } from './call-result.ts'
import type { PagedClient } from './client-types.ts'
import type { ApiDefinition } from './definition.ts'
import { readPage } from './next-page.ts'
import type { InitOf, ItemOf, OperationAt, PathsWith, Result } from './operation-types.ts'
import { unwrap } from './unwrap.ts'

/** The paths whose GET answers a list. */
type ListPaths<Paths, ItemsKey extends string> = {
  [Path in PathsWith<Paths, 'get'>]: [ItemAt<Paths, Path, ItemsKey>] extends [never] ? never : Path
}[PathsWith<Paths, 'get'>]

type ItemAt<Paths, Path extends keyof Paths, ItemsKey extends string> = ItemOf<
  OperationAt<Paths, Path, 'get'>,
  ItemsKey
>

/**
 * Walks a list over all its pages and yields its items. Each page is fetched when its first item is wanted; leaving the
 * loop fetches no more. Throws what a call throws, an ApiError for a page that failed, `unexpected_answer` for one
 * without items or when the API holds back items and offers no way to ask for them, `paging_loop` when it names the same
 * next page twice, and `aborted` once `init.signal` aborts.
 *
 * ```ts
 * for await (const queue of paginate(voice, '/call-queues')) console.log(queue.name)
 * ```
 */
export async function* paginate<Paths extends {}, ItemsKey extends string, Path extends ListPaths<Paths, ItemsKey>>(
  client: PagedClient<Paths, ItemsKey>,
  path: Path,
  ...init: InitOf<OperationAt<Paths, Path, 'get'>>
): AsyncGenerator<ItemAt<Paths, Path, ItemsKey>, void, void> {
  const { id, paging, operations } = client.definition
  const fail = (code: ApiErrorCode, problem: string, cause?: unknown): ApiError =>
    new ApiError(code, `${id} GET ${String(path)}: ${problem}.`, { api: id, cause })
  if (paging === undefined) throw fail('invalid_option', 'the definition describes no paging')
  const { parameter } = paging
  const get = client.GET as (path: unknown, init: CallInit) => Promise<CallResult>
  const firstPage: CallInit = { ...(init[0] as object | undefined) }
  const seen = new Set<string>()
  for (let at = firstPage.params?.query?.[parameter]; ;) {
    const result = await get(path, at === undefined ? firstPage : pageAt(firstPage, parameter, at))
    unwrap(result as Result<unknown, unknown>)
    const { items, next } = readPage(paging, result, at)
    if (!Array.isArray(items)) throw fail('unexpected_answer', 'a page came without items')
    for (const item of items) {
      if (firstPage.signal?.aborted) throw fail('aborted', 'was ended by its caller', firstPage.signal.reason)
      yield item as ItemAt<Paths, Path, ItemsKey>
    }
    at = next
    if (at === undefined) return
    const name = JSON.stringify(at)
    if (seen.has(name)) throw fail('paging_loop', 'the API named the same next page twice')
    if (!takes(operations, path, parameter)) {
      // Of pages in a way of their own, such a list has one.
      if (paging.style === 'own') return
      throw fail('unexpected_answer', 'there are more items than one answer holds')
    }
    seen.add(name)
  }
}

function pageAt(firstPage: CallInit, parameter: string, at: unknown): CallInit {
  const query = { ...firstPage.params?.query, [parameter]: at }
  return { ...firstPage, params: { ...firstPage.params, query } }
}

/** A path outside the definition takes what it is given. */
function takes(operations: ApiDefinition['operations'], path: unknown, parameter: string): boolean {
  const list = Object.values(operations).find((operation) => operation.method === 'GET' && operation.path === path)
  return list === undefined || list.query?.includes(parameter) === true
}

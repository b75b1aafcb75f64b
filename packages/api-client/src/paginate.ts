import { ApiError, type ApiErrorCode } from './api-error.ts'
import type { CallInit } from './call-operation.ts'
import type { ApiClient } from './client-types.ts'
import type { MarkerPaging } from './definition.ts'
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
 * without items, `paging_loop` when the API names the same next page twice, and `aborted` once `init.signal` aborts.
 *
 * ```ts
 * for await (const queue of paginate(voice, '/call-queues')) console.log(queue.name)
 * ```
 */
export async function* paginate<Paths extends {}, ItemsKey extends string, Path extends ListPaths<Paths, ItemsKey>>(
  client: ApiClient<Paths, ItemsKey>,
  path: Path,
  ...init: InitOf<OperationAt<Paths, Path, 'get'>>
): AsyncGenerator<ItemAt<Paths, Path, ItemsKey>, void, void> {
  const { id, paging } = client.definition
  const fail = (code: ApiErrorCode, problem: string, cause?: unknown): ApiError =>
    new ApiError(code, `${id} GET ${String(path)}: ${problem}.`, { api: id, cause })
  if (paging === undefined) throw fail('invalid_option', 'the definition describes no paging')
  const get = client.GET as unknown as (path: unknown, init: CallInit) => Promise<Result<unknown, unknown>>
  const firstPage: CallInit = { ...(init[0] as object | undefined) }
  const seen = new Set<string>()
  for (let page = firstPage; ;) {
    const body: unknown = unwrap(await get(path, page))
    const items = memberOf(body, paging.items)
    if (!Array.isArray(items)) throw fail('unexpected_answer', 'a page came without items')
    for (const item of items) {
      if (firstPage.signal?.aborted) throw fail('aborted', 'was ended by its caller', firstPage.signal.reason)
      yield item as ItemAt<Paths, Path, ItemsKey>
    }
    const marker = markerOf(body, paging)
    if (marker === undefined) return
    if (seen.has(marker)) throw fail('paging_loop', 'the API named the same next page twice')
    seen.add(marker)
    page = atMarker(firstPage, paging, marker)
  }
}

function markerOf(body: unknown, paging: MarkerPaging): string | undefined {
  const marker = memberOf(body, paging.next)
  return typeof marker === 'string' && marker !== '' ? marker : undefined
}

function atMarker(firstPage: CallInit, paging: MarkerPaging, marker: string): CallInit {
  const query = { ...firstPage.params?.query, [paging.parameter]: marker }
  return { ...firstPage, params: { ...firstPage.params, query } }
}

function memberOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
}

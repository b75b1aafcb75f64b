/** A code of undici: the dispatcher was closed before the request came. */
const closedCodes = new Set<string | undefined>(['UND_ERR_CLOSED', 'UND_ERR_DESTROYED'])

/** Makes what `fetch` rejects with: a TypeError whose `cause` has the code of undici or the system. */
export function toFetchError(error: unknown, origin: string): TypeError {
  const { code, name } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, name: 'Error' }
  const problem = closedCodes.has(code) ? 'the transport was closed' : (code ?? name)
  return new TypeError(`The request to ${origin} failed: ${problem}.`, { cause: withoutData(error) })
}

/** The parser quotes what it could not read, which may be anything an API sends. */
function withoutData(error: unknown): unknown {
  if (error instanceof Error && 'data' in error) error.data = undefined
  return error
}

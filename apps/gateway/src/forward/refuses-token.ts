import type { ApiDefinition } from '@grantkit/api-client'
import { readErrorCode } from './vendor-error.ts'

/** Makes the test whether an answer of this API refuses the token. Default: every 401. */
export function refusesToken(
  definition: Pick<ApiDefinition<string>, 'errors' | 'tokenRefusals'>,
): (response: Response) => boolean | Promise<boolean> {
  const kinds = definition.tokenRefusals ?? [{ status: 401 }]
  return (response) => {
    const possible = kinds.filter(({ status }) => status === response.status)
    if (possible.length === 0) return false
    if (possible.some(({ codes }) => codes === undefined)) return true
    const codes = possible.flatMap((kind) => kind.codes ?? [])
    return readErrorCode(response.clone(), definition).then((code) => code !== undefined && codes.includes(code))
  }
}

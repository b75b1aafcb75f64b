import { isAnswerOfKind, type ApiDefinition } from '@grantkit/api-client'
import { readErrorCode } from './vendor-error.ts'

/** Makes the test whether an answer of this API refuses the token. Default: every 401. */
export function refusesToken(
  definition: Pick<ApiDefinition<string>, 'errors' | 'tokenRefusals'>,
): (response: Response) => boolean | Promise<boolean> {
  const kinds = definition.tokenRefusals ?? [{ status: 401 }]
  return (response) => {
    const { status } = response
    if (isAnswerOfKind(kinds, status, undefined)) return true
    // The code is read only where it decides.
    if (kinds.every((kind) => kind.status !== status)) return false
    return readErrorCode(response.clone(), definition).then((code) => isAnswerOfKind(kinds, status, code))
  }
}

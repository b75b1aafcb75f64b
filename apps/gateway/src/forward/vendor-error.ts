import { errorCodeIn, type ApiDefinition } from '@grantkit/api-client'
import { readBounded } from '../http/read-bounded.ts'

const bodyLimitBytes = 65_536

/** Reads the vendor's own code out of an error answer; nothing where there is none or the body is too large. */
export async function readErrorCode(
  answer: Response,
  definition: Pick<ApiDefinition<string>, 'errors'>,
): Promise<string | undefined> {
  const bytes = await readBounded(answer.body, bodyLimitBytes).catch(() => undefined)
  return errorCodeIn(parse(new TextDecoder().decode(bytes)), definition.errors?.code)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

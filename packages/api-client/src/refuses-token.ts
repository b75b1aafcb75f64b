import type { ApiDefinition } from './definition.ts'
import { codeIn } from './failed-answer.ts'
import { readStart } from './middleware/error-body.ts'

/** Tells whether an answer refuses the access token. Nothing for an API that says so by 401, as RFC 6750 wants it. */
export function refusesToken(
  definition: ApiDefinition<string>,
): ((response: Response) => boolean | Promise<boolean>) | undefined {
  const { tokenRefusals, errors } = definition
  if (tokenRefusals === undefined) return undefined
  return (response) => {
    const candidates = tokenRefusals.filter(({ status }) => status === response.status)
    if (candidates.length === 0 || candidates.some(({ codes }) => codes === undefined)) return candidates.length > 0
    const known = candidates.flatMap(({ codes }) => codes ?? [])
    return readCopy(response).then((body) => known.includes(codeIn(body, errors?.code) ?? ''))
  }
}

/** Leaves the answer itself unread. What is no JSON names no code. */
async function readCopy(response: Response): Promise<unknown> {
  const { body } = response.clone()
  if (body === null) return undefined
  try {
    return JSON.parse(new TextDecoder().decode(await readStart(body)))
  } catch {
    return undefined
  }
}

import type { AnswerKind, CodePath } from './definition.ts'
import { codeIn } from './error-code.ts'
import { readStart } from './middleware/error-body.ts'

/** Tells whether an answer with this status and code is of one of the kinds. */
export function isOneOf(kinds: readonly AnswerKind[], status: number, code: string | undefined): boolean {
  return kinds.some(
    (kind) => kind.status === status && (kind.codes === undefined || (code !== undefined && kind.codes.includes(code))),
  )
}

/** Makes a test for answers of these kinds, which looks at a copy of the body only where the status is not enough. */
export function recognizer(
  kinds: readonly AnswerKind[],
  path: CodePath | undefined,
): (response: Response) => boolean | Promise<boolean> {
  return (response) => {
    const { status } = response
    if (isOneOf(kinds, status, undefined)) return true
    if (!kinds.some((kind) => kind.status === status)) return false
    return readCopy(response).then((body) => isOneOf(kinds, status, codeIn(body, path)))
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

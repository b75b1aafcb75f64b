import type { ApiDefinition } from '@grantkit/api-client'
import { readBounded } from '../http/read-bounded.ts'

const bodyLimitBytes = 65_536

/** Reads the vendor's own code out of an error answer; nothing where there is none or the body is too large. */
export async function readErrorCode(
  answer: Response,
  definition: Pick<ApiDefinition<string>, 'errors'>,
): Promise<string | undefined> {
  const bytes = await readBounded(answer.body, bodyLimitBytes).catch(() => undefined)
  const body = parse(new TextDecoder().decode(bytes))
  const places = definition.errors?.code ?? []
  for (const place of isSinglePlace(places) ? [places] : places) {
    const code = place.reduce<unknown>(memberOf, body)
    // It goes into answers and logs.
    if (typeof code === 'string' && /^[\w.:-]{1,100}$/.test(code)) return code
  }
  return undefined
}

type Places = NonNullable<NonNullable<ApiDefinition<string>['errors']>['code']>

function isSinglePlace(places: Places): places is readonly (string | number)[] {
  return places.every((part) => typeof part !== 'object')
}

function memberOf(value: unknown, part: string | number): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[part] : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import type { InputProblem } from '../api/read-input.ts'
import type { SchemaProblem } from '../api/schema-checker.ts'
import { CalendarRefusal, invalid, invalidBody, required } from './calendar-refusal.ts'

/** Puts Google's words on what is wrong with a request. */
export function refuseInput(problem: InputProblem): CalendarRefusal {
  switch (problem.type) {
    case 'malformed_address':
      return new CalendarRefusal(400, 'badRequest', 'Bad Request')
    case 'too_large':
      return new CalendarRefusal(413, 'badRequest', 'The request is too large.')
    case 'not_json':
      return new CalendarRefusal(400, 'parseError', 'Parse Error')
    case 'no_body':
      return required('the body')
    case 'parameter': {
      const { name } = problem.parameter
      if (!problem.missing) return invalid(name)
      const place = { location: name, locationType: 'parameter' } as const
      return new CalendarRefusal(400, 'required', `Required parameter: ${name}`, place)
    }
    case 'body':
      return refuseBody(problem.problems)
  }
}

function refuseBody(problems: readonly SchemaProblem[]): CalendarRefusal {
  // Of an alternative that fails, each part is reported, and then the whole, which says what is meant.
  const kinds = problems.find(({ keyword }) => keyword === 'oneOf')
  if (kinds !== undefined) return invalidBody(`Invalid ${kinds.path.join('.')} time.`)
  const missing = problems.find(({ keyword }) => keyword === 'required')
  if (missing !== undefined) return required(missing.path.join('.'))
  const [problem] = problems
  const path = problem?.path.join('.') ?? ''
  if (path === 'id') return invalidBody('Invalid resource id value.')
  return invalidBody(path === '' ? 'Invalid Value' : `Invalid value for: ${path}`)
}

import type { InputProblem } from './read-input.ts'
import { badRequest, VendorRefusal } from './vendor-refusal.ts'

/** Refuses a request of an API whose errors give no reasons. A path that does not fit names a thing that nobody has. */
export function refusePlainly(problem: InputProblem, missingThing: VendorRefusal): VendorRefusal {
  switch (problem.type) {
    case 'parameter': {
      const { in: place, name } = problem.parameter
      return place === 'path' ? missingThing : badRequest(`${name} is wrong or missing.`)
    }
    case 'malformed_address':
      return badRequest('A percent code is malformed.')
    case 'too_large':
      return new VendorRefusal(413, undefined, 'The request is too large.')
    case 'no_body':
    case 'not_json':
      return badRequest('The body must be a JSON object.')
    case 'body': {
      const [{ path, message } = { path: [], message: 'is wrong' }] = problem.problems
      return badRequest(`${path.join('.')} ${message}.`.trim())
    }
  }
}

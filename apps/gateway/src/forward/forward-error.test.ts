import { AuthError, authErrorCodes } from '@grantkit/auth-core'
import { expect, test } from 'vitest'
import { toProblem } from './forward-error.ts'

const where = '/var/lib/grantkit/grants.sqlite'
const ofStore = authErrorCodes.filter((code) => new AuthError(code, where).family === 'storage')

test.each(ofStore)('%s is answered under its own name, without a word of where the store is', (code) => {
  const problem = toProblem(new AuthError(code, `Cannot use ${where}.`), 0)
  expect(problem).toMatchObject({ code, status: code === 'store_value_invalid' ? 500 : 503 })
  expect(JSON.stringify(problem)).not.toContain(where)
})

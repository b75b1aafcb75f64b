import { findAnswerDefect } from '../api/check-answer.ts'
import type { Answer, Call } from '../call.ts'
import type { OAuthContext } from '../oauth/oauth-context.ts'
import { createOAuthService, type OAuthRoute } from '../oauth/oauth-service.ts'
import type { Service } from '../service.ts'
import { answerCarthooksToken, inEnvelope } from './carthooks-token.ts'
import { api } from './carthooks.ts'
import { wordError } from './envelope.ts'

const tokenOperation = api.spec.operations.find(({ id }) => id === 'createToken')

/** Plays the token endpoint of Carthooks, which is all there is: codes come from a call of the API. */
export function createCarthooksOAuth(context: OAuthContext): Service {
  const token: OAuthRoute = {
    operation: 'token',
    kind: 'token',
    method: 'POST',
    path: '/open/api/oauth/token',
    answer: (call) => checked(call, context),
  }
  return {
    ...createOAuthService('carthooks', [token], context, (call, refusal) => inEnvelope(call, refusal, context)),
    error: (_call, status, key) =>
      wordError(status, { key, message: 'Played by a fault of the sandbox.' }, context.random),
    reset() {},
  }
}

/** The endpoint stands in the document of the API, so its answers have to fit, too. */
function checked(call: Call, context: OAuthContext): Answer {
  const answer = answerCarthooksToken(call, context)
  if (tokenOperation === undefined || answer.status === 413) return answer
  const body: unknown = JSON.parse(answer.text ?? '')
  const defect = findAnswerDefect(tokenOperation, { status: answer.status, body }, api.checker)
  if (defect !== undefined) throw new Error(defect)
  return answer
}

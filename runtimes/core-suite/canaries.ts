/** Secrets that must show nowhere. */
export const canaries = {
  accessToken: 'canary-access-token-4711',
  refreshToken: 'canary-refresh-token-0815',
  clientSecret: 'canary-client-secret-1234',
}

/** Stands in the output of every runtime that printed what holds them. */
export const printed = 'What a console shows:'

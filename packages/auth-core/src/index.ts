export type { AccessToken, TokenSet } from './access-token.ts'
export { createAuthClient, type AuthClient } from './auth-client.ts'
export { authClientOptionNames, type AuthClientOptions } from './auth-client-options.ts'
export { authorize, oneShotBody, type TokenSource } from './authorize.ts'
export { clientSecretBasic, clientSecretPost, noClientSecret } from './client-authentication.ts'
export type { ClientAuthentication, Secret } from './client-authentication.ts'
export { systemClock, type Clock } from './clock.ts'
export type { ApiDefaults, Connection } from './connection.ts'
export type { ConnectionStatus } from './connection-status.ts'
export { AuthError, authErrorCodes, isAuthError } from './errors.ts'
export type { AuthErrorAction, AuthErrorCode, AuthErrorDetails, AuthErrorFamily } from './errors.ts'
export type { AuthEvent, RefreshOutcome } from './events.ts'
export type { Fetch } from './fetch.ts'
export type { Background } from './refresh/upkeep.ts'
export type { AuthorizationOptions, AuthorizationRequest } from './grants/authorization-code.ts'
export type { IdTokenCheck, IdTokenToCheck } from './grants/id-token-check.ts'
export { clientCredentials, refreshToken, type Grant } from './grants/grant.ts'
export { wasNeverSent } from './grants/never-sent.ts'
export { defineProvider, providerAt, providerWith } from './provider.ts'
export type {
  ClientAuthenticationMethod,
  IdTokenAlgorithm,
  Provider,
  ProviderChanges,
  ProviderData,
  TokenAnswer,
} from './provider.ts'
export type { GrantState } from './refresh/grant-record.ts'
export type { Rotation } from './refresh/steps.ts'
export { defaultTimes, type Times } from './refresh/times.ts'
export type { KeySource, SigningKey } from './signing-key.ts'
export type { Durability, Store, StoreEntry } from './store.ts'

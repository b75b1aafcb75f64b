import type { ClientCredentials, PlayedServer } from './played-server.ts'

export interface Tokens {
  readonly access: string
  readonly refresh: string
}

/** Somebody else's client, as its documents say it is used. */
export interface Peer {
  readonly name: string
  /** Sends a person to the server and turns what comes back into tokens. */
  signIn(server: PlayedServer): Promise<Tokens>
  /** The newest refresh token is the one that was sent, unless the answer has another. */
  refresh(server: PlayedServer, refreshToken: string): Promise<Tokens>
  revoke(server: PlayedServer, refreshToken: string): Promise<void>
  /** Asks the server whether an access token is good. */
  introspect(server: PlayedServer, accessToken: string): Promise<boolean>
  clientCredentials(server: PlayedServer, client: ClientCredentials): Promise<string>
  /** Calls the API with the access token. */
  callApi(server: PlayedServer, tokens: Tokens): Promise<Response>
}

/** What a runtime is told about the world around it. Plain data: it crosses the border between two runtimes. */
export interface Setting {
  /** Origin of a sandbox on loopback; its control is there too. */
  readonly sandbox: string
  /** An authorization server that nobody of us wrote, and its client that signs. */
  readonly oidc: { readonly origin: string; readonly clientId: string; readonly clientKey: JsonWebKey }
  /** Where a person agrees to everything: `GET /?url=<authorization URL>` answers the callback as text. */
  readonly person: string
  /** Origin of the server that drops connections. */
  readonly dropping: string
  /** An origin where nobody listens. */
  readonly nobody: string
  readonly facts: RuntimeFacts
}

/** How the runtimes differ, as the documentation says it. */
export interface RuntimeFacts {
  /** How often the runtime's own `fetch` presents a POST whose reused connection drops without an answer. */
  readonly platformPresentations: 1 | 2
  /** How often a token request is presented then, with the `fetch` that the documentation tells to give. */
  readonly tokenPresentations: 1 | 2
  /** Whether a `fetch` that reached nobody says so in a way that leaves no doubt. */
  readonly namesUnreachable: boolean
}

/** A server that plays an API, and how to ask it. */
export interface PlayedServer {
  readonly url: string
  readonly token: string
  /** How long it took to start, in milliseconds. */
  readonly tookMs?: number
}

export type PassThroughQuestion = { readonly ask: 'api' } | { readonly ask: 'pass-through'; readonly api: string }

export type PlayedQuestion =
  | { readonly ask: 'sandbox' | 'prism' | 'memory' }
  | { readonly ask: 'full sandbox'; readonly count: number }
  | { readonly ask: 'hono'; readonly body: string }

/** What every client of the bench is made from. */
export interface Setup {
  /** Where the token endpoint and the API are. */
  readonly origin: string
  readonly clientId: string
  readonly clientSecret: string
  /** What all processes of one client share: its token file, its store. */
  readonly folder: string
  /** How long ago the sign-in was. */
  readonly ageMs: number
  /** Sends everything that the client sends, where it lets itself be told; absent: its own way. */
  readonly fetch?: typeof fetch
}

/** The answer of the token endpoint to a sign-in. */
export interface TokenAnswer {
  readonly access_token: string
  readonly token_type: string
  readonly refresh_token: string
  readonly expires_in: number
}

/** A client that was opened in this process. */
export interface Caller {
  /** Makes one authorized GET, reads its JSON and gives the status. May also reject. */
  call(url: string): Promise<number>
}

/** One client under test, wired as its own documentation says. */
export interface BenchClient {
  /** Keeps the tokens of a sign-in where the client looks for them at its start. */
  install(setup: Setup, tokens: TokenAnswer): Promise<void>
  /** Starts as each process would, from what is kept. */
  open(setup: Setup): Promise<Caller>
}

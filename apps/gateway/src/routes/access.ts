/**
 * Who may call a route. `public`: everybody. `key`: whoever has an API key. `tenant`: a key of the tenant in the path,
 * or an operator. `operator`: an operator. `session`: whoever has a session.
 */
export type Access = 'public' | 'key' | 'tenant' | 'operator' | 'session'

/** A row of the route table, from which the isolation tests are made. */
export interface GatewayRoute {
  readonly access: Access
  readonly method: string
  /** As OpenAPI writes it; `*` at its end stands for any rest. */
  readonly path: string
}

import { createSandbox, defaultClient, listen, type Sandbox } from '@grantkit/sandbox'
import { expect } from 'vitest'
import { startGateways, type FleetOptions, type GatewayFleet } from './gateway-fleet.ts'
import { obtainRefreshToken } from './obtain-refresh-token.ts'

/** A tenant with one connected app, and what its callers hold. */
export interface SceneTenant {
  readonly id: string
  readonly key: string
  readonly session: string
}

/** Gateways on one store, in front of a vendor that rotates strictly. */
export interface GatewayScene {
  readonly fleet: GatewayFleet
  readonly sandbox: Sandbox
  /** Adds a tenant. `expired`: it has an access token, which has ended. */
  addTenant(options?: { expired?: boolean }): Promise<SceneTenant>
  startSession(tenant: Pick<SceneTenant, 'id' | 'key'>): Promise<string>
  /** The status that a gateway answers a call of a session with. */
  statusOf(gateway: number, session: string): Promise<number>
  /** Asks gateways at once, all or those named, in turn, and counts the answers by status; `broken`: there was none. */
  storm(count: number, session: string, gateways?: readonly number[]): Promise<Readonly<Record<string, number>>>
  close(): Promise<void>
}

let tenants = 0

export async function openScene(options: Omit<FleetOptions, 'sandbox'>): Promise<GatewayScene> {
  const sandbox = createSandbox({ rotation: 'strict', vendors: ['goto'] })
  const vendor = (await listen(sandbox)).origin
  const fleet = await startGateways({ ...options, sandbox: vendor })
  const all = [...fleet.origins.keys()]

  const startSession: GatewayScene['startSession'] = async ({ id, key }) => {
    const made = await fleet.call(0, 'POST', '/auth/connect', { token: key, json: { tenant: id, app: 'goto' } })
    return ((await made.json()) as { data: { session_id: string } }).data.session_id
  }
  const statusOf: GatewayScene['statusOf'] = async (gateway, session) => {
    const answer = await fleet.call(gateway, 'GET', '/me', { token: session })
    await answer.arrayBuffer()
    return answer.status
  }

  async function addTenant({ expired = false } = {}): Promise<SceneTenant> {
    tenants += 1
    const id = `tenant-${tenants}`
    const token = fleet.operator
    await expectOk(fleet.call(0, 'PUT', `/tenants/${id}`, { token, json: {} }))
    const app = { provider: 'goto', client_id: defaultClient.id, client_secret: defaultClient.secret }
    await expectOk(fleet.call(0, 'PUT', `/tenants/${id}/apps/goto`, { token, json: app }))
    const json = { refresh_token: await obtainRefreshToken(vendor) }
    await expectOk(fleet.call(0, 'PUT', `/tenants/${id}/apps/goto/grant`, { token, json }))
    const wanted = { name: id, role: 'tenant', tenant: id }
    const made = await expectOk(fleet.call(0, 'POST', '/api-keys', { token, json: wanted }))
    const { token: key } = (await made.json()) as { token: string }
    const session = await startSession({ id, key })
    if (expired) await letExpire({ id, key, session })
    return { id, key, session }
  }

  /** Lets the app get a token of two seconds, and waits until it has ended. */
  async function letExpire({ id, key, session }: SceneTenant): Promise<void> {
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'expires_in', seconds: 2 })
    expect(await statusOf(0, session)).toBe(200)
    const path = `/tenants/${id}/providers/goto`
    const isOver = async (): Promise<boolean> => {
      const answer = await expectOk(fleet.call(0, 'GET', path, { token: key }))
      const { config } = (await answer.json()) as { config: { token_expiry: string } }
      return Date.parse(config.token_expiry) <= Date.now()
    }
    await expect.poll(isOver, { timeout: 5_000 }).toBe(true)
  }

  return {
    fleet,
    sandbox,
    addTenant,
    startSession,
    statusOf,
    async storm(count, session, gateways = all) {
      const answers = Array.from({ length: count }, (_, index) =>
        statusOf(gateways[index % gateways.length] ?? 0, session),
      )
      const statuses = await Promise.all(answers.map((answer) => answer.catch(() => 'broken')))
      const counts: Record<string, number> = {}
      for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
      return counts
    },
    async close() {
      await fleet.stop()
      await sandbox.close()
    },
  }
}

async function expectOk(answer: Promise<Response>): Promise<Response> {
  const response = await answer
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return response
}

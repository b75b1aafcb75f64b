import { refreshToken as importedToken, systemClock } from '@grantkit/auth-core'
import { accountOf, createGrants } from '../model/grants.ts'
import { createTenants, type ProviderId } from '../model/tenants.ts'
import type { Settings } from '../settings.ts'
import { writeAudit, type CommandAudit } from './write-audit.ts'

export interface FoundGrant {
  readonly tenant: string
  readonly app: string
  readonly provider: ProviderId
  readonly clientId: string
  readonly clientSecret?: string
  readonly accountKey?: string
  readonly refreshToken?: string
}

export interface ImportedGrant {
  readonly tenant: string
  readonly app: string
  readonly provider: ProviderId
  /** There was a refresh token. It is not sent anywhere now: the first request that needs a token does. */
  readonly connected: boolean
}

export interface ImportPorts extends CommandAudit {
  readonly settings: Pick<Settings, 'auditMs' | 'sandbox'>
}

/**
 * Writes a tenant, an app and its refresh token down. Importing the same again changes nothing. With a `sandbox` the
 * grant is one of the providers it plays: at another issuer nobody finds it.
 */
export async function importGrant(about: ImportPorts, found: FoundGrant): Promise<ImportedGrant> {
  const { tenant, app: id, provider, clientId, clientSecret, accountKey, refreshToken } = found
  const { store, settings } = about
  const now = systemClock.wallMs()
  const { tenants, apps } = createTenants(store)
  await tenants.put([tenant], (stored) => stored ?? { id: tenant, name: tenant, passThrough: false, createdAtMs: now })
  const app = await apps.put([tenant, id], (stored) => ({
    tenant,
    id,
    provider,
    clientId,
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(accountKey === undefined ? {} : { accountKey }),
    createdAtMs: stored?.createdAtMs ?? now,
    updatedAtMs: now,
  }))
  if (refreshToken !== undefined) {
    const grants = createGrants({
      store,
      ...(settings.sandbox === undefined ? {} : { sandbox: settings.sandbox }),
      fetch: () => Promise.reject(new TypeError('Importing sends nothing.')),
      reload: () => Promise.resolve(app),
      onEvent: () => undefined,
    })
    await grants.clientOf(app).connect(accountOf(app), importedToken(refreshToken))
    await grants.close()
  }
  await writeAudit(about, [
    { action: 'tenant_written', result: 'done', tenant },
    { action: 'app_written', result: 'done', tenant, app: id },
    ...(refreshToken === undefined ? [] : [{ action: 'grant_written', result: 'done', tenant, app: id } as const]),
  ])
  return { tenant, app: id, provider, connected: refreshToken !== undefined }
}

import { parseArgs } from 'node:util'
import { systemClock } from '@grantkit/auth-core'
import { createApiKeys } from '../model/api-keys.ts'
import { printResult, UsageError, type Command } from './command.ts'
import { importGrant } from './import-grant.ts'
import { nameOf, providerOf } from './options.ts'
import { withStore } from './with-store.ts'
import { writeAudit } from './write-audit.ts'

/** Makes what a first request needs: a tenant, one app of it, and an API key. */
export const seedCommand: Command = {
  usage: 'seed --tenant NAME --app NAME [--provider goto|google|carthooks] [--account-key KEY] [--json]',
  summary: 'makes a tenant, an app and an API key; <PROVIDER>_CLIENT_ID and _CLIENT_SECRET name the client',
  async run(context) {
    const { values } = parseArgs({
      args: [...context.args],
      options: {
        tenant: { type: 'string' },
        app: { type: 'string' },
        provider: { type: 'string' },
        'account-key': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    const tenant = nameOf('--tenant', values.tenant)
    const id = nameOf('--app', values.app)
    const provider = providerOf(values.provider ?? id)
    const prefix = provider.toUpperCase()
    const clientId = context.env[`${prefix}_CLIENT_ID`]
    if (!clientId) throw new UsageError(`${prefix}_CLIENT_ID is not set.`)
    const clientSecret = context.env[`${prefix}_CLIENT_SECRET`]
    const accountKey = values['account-key'] ?? context.env[`${prefix}_ACCOUNT_KEY`]

    await withStore(context, async (store, { settings }) => {
      const about = { store, settings, command: 'seed' }
      await importGrant(about, {
        tenant,
        app: id,
        provider,
        clientId,
        ...(clientSecret ? { clientSecret } : {}),
        ...(accountKey ? { accountKey } : {}),
      })
      const { token } = await createApiKeys({ store, clock: systemClock }).create({
        name: 'seed',
        role: 'tenant',
        tenant,
      })
      await writeAudit(about, [{ action: 'key_made', result: 'done', tenant }])
      printResult(context, { tenant, app: id, provider, api_key: token }, values.json)
    })
  },
}

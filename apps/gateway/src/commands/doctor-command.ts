import { parseArgs } from 'node:util'
import { readEnvironment } from '../env.ts'
import { GatewayError } from '../gateway-error.ts'
import { createTenants } from '../model/tenants.ts'
import type { Command } from './command.ts'
import { withStore } from './with-store.ts'

interface Finding {
  readonly check: string
  readonly ok: boolean
  readonly says: string
}

/** Looks at what a gateway needs, and says of each thing whether it is there. */
export const doctorCommand: Command = {
  usage: 'doctor [--json]',
  summary: 'checks the settings, the store, its keys and the gateway that runs',
  async run(context) {
    const { values } = parseArgs({ args: [...context.args], options: { json: { type: 'boolean', default: false } } })
    const { settings, storeUrl } = readEnvironment(context.env)
    const findings: Finding[] = [{ check: 'settings', ok: true, says: `the store is ${storeUrl.split(':', 1)[0]}` }]
    findings.push(
      await attempt('store', async () => {
        return await withStore(context, async (store) => {
          const { keys, unsealed } = await store.keysInUse()
          const { tenants } = createTenants(store)
          const names = Object.keys(keys).join(', ')
          if (unsealed > 0) throw new GatewayError('store_unusable', `${unsealed} entries are not sealed.`)
          return `answers; ${(await tenants.list()).length} tenants; sealed with ${names === '' ? 'nothing yet' : names}`
        })
      }),
      await attempt('gateway', async () => {
        const { status } = await fetch(`${settings.publicUrl}/ready`, { signal: AbortSignal.timeout(3000) })
        if (status !== 200) throw new GatewayError('store_unusable', `/ready answers ${status}.`)
        return `${settings.publicUrl} is ready`
      }),
    )
    if (values.json) context.print(JSON.stringify({ findings }))
    else for (const { check, ok, says } of findings) context.print(`${ok ? 'ok  ' : 'FAIL'} ${check}: ${says}`)
    if (findings.some(({ ok }) => !ok)) throw new GatewayError('store_unusable', 'Something is missing, see above.')
  },
}

async function attempt(check: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, says: await look() }
  } catch (error) {
    return { check, ok: false, says: error instanceof Error ? error.message : 'it failed' }
  }
}

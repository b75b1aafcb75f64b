import { statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readEnvironment, type ProcessSettings } from '../env.ts'
import { GatewayError } from '../gateway-error.ts'
import { createTenants } from '../model/tenants.ts'
import type { Command, CommandContext } from './command.ts'
import { printChecks, type Check } from './print-checks.ts'
import { withStore } from './with-store.ts'

/** Looks at what a gateway needs, and says of each thing whether it is there. */
export const doctorCommand: Command = {
  usage: 'doctor [--json]',
  summary: 'checks the settings, the store, its keys and the gateway that runs',
  async run(context) {
    const { values } = parseArgs({ args: [...context.args], options: { json: { type: 'boolean', default: false } } })
    const settings = readEnvironment(context.env)
    const checks = [
      lookAtSettings(settings),
      lookAtKeys(settings),
      await attempt('store', 'See that it runs, and that GATEWAY_STORE and GATEWAY_KEYS are its own.', () =>
        lookAtStore(context),
      ),
      await attempt('gateway', 'Start it, or name where it is: GATEWAY_PUBLIC_URL.', () => lookAtGateway(settings)),
    ]
    if (!printChecks(context, checks, values.json)) {
      throw new GatewayError('store_unusable', 'Something is missing, see above.')
    }
  },
}

function lookAtSettings({ settings, storeUrl }: ProcessSettings): Check {
  const says = `the store is ${storeUrl.split(':', 1)[0]}, the public address ${settings.publicUrl}`
  if (settings.anonymousKey === undefined) return { check: 'settings', ok: true, says }
  const advice = 'Whoever reaches the port acts with GATEWAY_ANONYMOUS_KEY. See that only those can who may.'
  return { check: 'settings', ok: true, says, advice }
}

function lookAtKeys({ keys }: ProcessSettings): Check {
  if ('text' in keys) return { check: 'keys', ok: true, says: 'they come from GATEWAY_KEYS' }
  const mode = statSync(keys.file, { throwIfNoEntry: false })?.mode
  if (mode === undefined) return { check: 'keys', ok: true, says: `there are none yet, ${keys.file} will be made` }
  // Windows has no such bits.
  if ((mode & 0o077) === 0 || process.platform === 'win32')
    return { check: 'keys', ok: true, says: `they come from ${keys.file}` }
  return { check: 'keys', ok: false, says: `others can read ${keys.file}`, advice: `chmod 600 ${keys.file}` }
}

async function lookAtStore(context: CommandContext): Promise<string> {
  return await withStore(context, async (store) => {
    const { keys, unsealed } = await store.keysInUse()
    if (unsealed > 0) throw new GatewayError('store_unusable', `${unsealed} entries are not sealed.`)
    const count = (await createTenants(store).tenants.list()).length
    const names = Object.keys(keys).join(', ')
    return `it answers; tenants: ${count}; sealed with ${names === '' ? 'nothing yet' : names}`
  })
}

async function lookAtGateway({ settings: { publicUrl } }: ProcessSettings): Promise<string> {
  const answer = await fetch(`${publicUrl}/ready`, { signal: AbortSignal.timeout(3000) }).catch(() => undefined)
  if (answer === undefined) throw new GatewayError('store_unusable', `nobody answers at ${publicUrl}`)
  if (answer.status !== 200) throw new GatewayError('store_unusable', `${publicUrl}/ready answers ${answer.status}`)
  return `${publicUrl} is ready`
}

async function attempt(check: string, advice: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { check, ok: true, says: await look() }
  } catch (error) {
    return { check, ok: false, says: error instanceof Error ? error.message : 'it failed', advice }
  }
}

import { parseArgs } from 'node:util'
import { GatewayError } from '../gateway-error.ts'
import { readEnvironment } from '../env.ts'
import { UsageError, type Command } from './command.ts'
import { printChecks, type Check } from './print-checks.ts'

/** Walks through the life of a session on a running gateway. */
export const sessionCommand: Command = {
  usage: 'session test --tenant NAME --app NAME [--url ORIGIN] [--json]',
  summary: 'starts, uses and ends a session on a running gateway; GATEWAY_API_KEY is the key to use',
  async run(context) {
    const { values, positionals } = parseArgs({
      args: [...context.args],
      options: {
        tenant: { type: 'string' },
        app: { type: 'string' },
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    })
    if (positionals.join() !== 'test') throw new UsageError('There is only "session test".')
    const { tenant, app } = values
    const key = context.env['GATEWAY_API_KEY']
    if (!tenant || !app) throw new UsageError('--tenant and --app name what to connect to.')
    if (!key) throw new UsageError('GATEWAY_API_KEY is not set.')
    const checks = await walk(values.url ?? readEnvironment(context.env).settings.publicUrl, { tenant, app, key })
    if (!printChecks(context, checks, values.json))
      throw new GatewayError('verification_failed', 'Not all steps went as they should.')
  },
}

async function walk(origin: string, about: { tenant: string; app: string; key: string }): Promise<readonly Check[]> {
  const { key, ...target } = about
  const checks: Check[] = []
  const call = async (step: string, wanted: number, path: string, init: { token?: string; json?: unknown } = {}) => {
    const { token, json } = init
    const answer = await fetch(origin + path, {
      method: json === undefined ? 'GET' : 'POST',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      signal: AbortSignal.timeout(10_000),
    })
    checks.push({ check: step, ok: answer.status === wanted, says: `answered ${answer.status}` })
    return (await answer.json().catch(() => ({}))) as { data?: { session_id?: string } }
  }
  await call('the gateway lives', 200, '/health')
  await call('there is a status without a session', 200, '/auth/status')
  await call('a made-up session is refused', 401, '/auth/status', { token: `gs_${'a'.repeat(43)}` })
  await call('a tenant that does not exist is refused', 404, '/auth/connect', {
    token: key,
    json: { ...target, tenant: 'no-such-tenant' },
  })
  const made = await call('a session starts', 200, '/auth/connect', { token: key, json: target })
  const token = made.data?.session_id ?? ''
  await call('it has a status', 200, '/auth/status', { token })
  await call('it ends', 200, '/auth/disconnect', { token, json: {} })
  await call('it is over', 401, '/auth/status', { token })
  return checks
}

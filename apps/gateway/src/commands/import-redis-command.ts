import { parseArgs } from 'node:util'
import { Redis } from 'ioredis'
import { GatewayError } from '../gateway-error.ts'
import { idPattern } from '../model/records.ts'
import { printResult, UsageError, type Command } from './command.ts'
import { importGrant, type FoundGrant } from './import-grant.ts'
import { withStore } from './with-store.ts'

/** Brings tenants and GoTo connections over from the Redis of the first gateway, which is left as it is. */
export const importRedisCommand: Command = {
  usage: 'import-redis URL [--json]',
  summary: 'brings tenants and connections over from the Redis of the first gateway',
  async run(context) {
    const { values, positionals } = parseArgs({
      args: [...context.args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    const [url, ...others] = positionals
    if (url === undefined || others.length > 0 || !/^rediss?:\/\//.test(url))
      throw new UsageError('One Redis URL is needed.')
    const { grants, skipped } = await readOriginal(url)
    for (const { key, why } of skipped) context.warn(`Left out ${JSON.stringify(key)}: ${why}.`)
    await withStore(context, async (store, { settings }) => {
      const about = { store, settings, command: 'import-redis' }
      const imported = []
      for (const grant of grants) imported.push(await importGrant(about, grant))
      printResult(context, { imported, skipped: skipped.length }, values.json)
    })
  },
}

/** A key of the first gateway that cannot be brought over. */
interface Skipped {
  readonly key: string
  readonly why: string
}

/** Reads `tenant:<t>:provider:goto`, which held the client and the tokens (its layout is flat hashes of strings). */
async function readOriginal(url: string): Promise<{ grants: readonly FoundGrant[]; skipped: readonly Skipped[] }> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: () => null })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    const grants: FoundGrant[] = []
    const skipped: Skipped[] = []
    for (const key of await allKeys(redis)) {
      const found = await readGrant(redis, key)
      if ('why' in found) skipped.push(found)
      else grants.push(found)
    }
    return { grants, skipped }
  } catch {
    // The client's own message may quote the URL, which may hold a password.
    throw new GatewayError('import_failed', 'The Redis of the first gateway cannot be read. Check the URL.')
  } finally {
    redis.disconnect()
  }
}

async function readGrant(redis: Redis, key: string): Promise<FoundGrant | Skipped> {
  const type = await redis.type(key)
  if (type !== 'hash') return { key, why: `it is not a hash but a ${type}` }
  const grant = toGrant(tenantOf(key), await redis.hgetall(key))
  if (grant.clientId === '') return { key, why: 'it names no client' }
  return idPattern.test(grant.tenant) ? grant : { key, why: 'its tenant has a name that cannot be kept' }
}

async function allKeys(redis: Redis): Promise<readonly string[]> {
  const keys: string[] = []
  let cursor = '0'
  do {
    const [next, page] = await redis.scan(cursor, 'MATCH', 'tenant:*:provider:goto', 'COUNT', 500)
    keys.push(...page)
    cursor = next
  } while (cursor !== '0')
  // A scan may show a key twice.
  return [...new Set(keys)]
}

function tenantOf(key: string): string {
  return key.slice('tenant:'.length, -':provider:goto'.length)
}

/** An empty string meant "unset" there. */
function toGrant(tenant: string, hash: Readonly<Record<string, string>>): FoundGrant {
  const {
    client_id: clientId = '',
    client_secret: secret = '',
    account_key: accountKey = '',
    refresh_token: token = '',
  } = hash
  return {
    tenant,
    app: 'goto',
    provider: 'goto',
    clientId,
    ...(secret === '' ? {} : { clientSecret: secret }),
    ...(accountKey === '' ? {} : { accountKey }),
    ...(token === '' ? {} : { refreshToken: token }),
  }
}

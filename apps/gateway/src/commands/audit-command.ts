import { parseArgs } from 'node:util'
import { findFaults, type Link } from '../audit/chain.ts'
import { createTrail, type ChainName, type Trail } from '../audit/trail.ts'
import { GatewayError } from '../gateway-error.ts'
import { UsageError, type Command, type CommandContext } from './command.ts'
import { nameOf } from './options.ts'
import { withStore } from './with-store.ts'

/** Shows what was written down, and finds out whether anybody has changed it. */
export const auditCommand: Command = {
  usage: 'audit export|verify [--tenant NAME] [--anchor SEQ:HASH]… [--json]',
  summary: "writes out a tenant's audit events as JSON lines; checks that none was changed or taken out",
  async run(context) {
    const { values, positionals } = parseArgs({
      args: [...context.args],
      options: {
        tenant: { type: 'string' },
        anchor: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    })
    const task = positionals.join(' ')
    const tenant = values.tenant === undefined ? undefined : nameOf('--tenant', values.tenant)
    const chain: ChainName = tenant === undefined ? ['gateway'] : ['tenant', tenant]
    await withStore(context, async (store, { settings }) => {
      const trail = createTrail(store, { keptMs: settings.auditMs })
      if (task === 'export') return await exportChain(context, trail, chain)
      if (task !== 'verify') throw new UsageError('There are "audit export" and "audit verify".')
      const anchors = values.anchor.map(readAnchor)
      if (anchors.length > 0 && tenant === undefined)
        throw new UsageError('An anchor is of one chain: name its --tenant.')
      await verify(context, {
        trail,
        anchors,
        chains: tenant === undefined ? await trail.chains() : [chain],
        json: values.json,
      })
    })
  },
}

async function exportChain({ print }: CommandContext, trail: Trail, chain: ChainName): Promise<void> {
  for (const { seq, entry } of (await trail.read(chain)).entries) {
    if (entry === undefined)
      throw new GatewayError('verification_failed', `Entry ${seq} cannot be read. See "audit verify".`)
    for (const event of entry.events) print(JSON.stringify({ seq, ...event, at: new Date(event.atMs).toISOString() }))
  }
}

interface Verification {
  readonly trail: Trail
  readonly anchors: readonly Pick<Link, 'seq' | 'hash'>[]
  readonly chains: readonly ChainName[]
  readonly json: boolean
}

async function verify({ print }: CommandContext, { trail, anchors, chains, json }: Verification): Promise<void> {
  const results = []
  for (const chain of chains) {
    const onRecord = await trail.read(chain)
    const last = onRecord.entries.at(-1)
    results.push({
      chain: chain.join(' '),
      entries: onRecord.entries.length,
      anchor: last?.entry === undefined ? null : `${last.seq}:${last.entry.hash}`,
      faults: findFaults({ ...onRecord, anchors }),
    })
  }
  if (json) print(JSON.stringify({ chains: results }))
  else
    for (const { chain, entries, anchor, faults } of results) {
      print(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${chain}: ${entries} entries, anchor ${anchor ?? 'none'}`)
      for (const { seq, problem } of faults) print(`     entry ${seq}: ${problem}`)
    }
  const wrong = results.filter(({ faults }) => faults.length > 0)
  if (wrong.length > 0)
    throw new GatewayError(
      'verification_failed',
      `Not as they were written: ${wrong.map(({ chain }) => chain).join(', ')}.`,
    )
}

function readAnchor(text: string): Pick<Link, 'seq' | 'hash'> {
  const [, seq, hash] = /^(\d{1,10}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq === undefined || hash === undefined) throw new UsageError('An anchor is a number, a colon and a hash.')
  return { seq: Number(seq), hash }
}

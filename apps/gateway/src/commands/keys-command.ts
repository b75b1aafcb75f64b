import { parseArgs } from 'node:util'
import { GatewayError } from '../gateway-error.ts'
import { printResult, UsageError, type Command } from './command.ts'
import { withStore } from './with-store.ts'
import { writeAudit } from './write-audit.ts'

/** Seals everything anew with the first key of the ring, while gateways work on. */
export const keysCommand: Command = {
  usage: 'keys rotate [--json]',
  summary: 'seals the store anew with the first key of the ring, while the gateways go on',
  async run(context) {
    const { values, positionals } = parseArgs({
      args: [...context.args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    if (positionals.join() !== 'rotate') throw new UsageError('There is only "keys rotate".')
    await withStore(context, async (store, { settings }) => {
      let tenths = 0
      const rotation = await store.rotateKeys({
        onProgress({ done, total }) {
          if (Math.floor((done * 10) / total) === tenths) return
          tenths = Math.floor((done * 10) / total)
          context.warn(`${done} of ${total}`)
        },
      })
      const { total, resealed, failed, failures, inUse } = rotation
      for (const { error } of failures.slice(0, 10)) context.warn(error.message)
      const result = failed === 0 ? 'done' : 'failed'
      await writeAudit({ store, settings, command: 'keys rotate' }, [{ action: 'keys_rotated', result }])
      printResult(context, { total, resealed, failed, keys_in_use: inUse.keys }, values.json)
      if (failed > 0) throw new GatewayError('store_unusable', `${failed} entries could not be sealed anew.`)
    })
  },
}

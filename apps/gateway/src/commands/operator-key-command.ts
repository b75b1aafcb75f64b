import { parseArgs } from 'node:util'
import { systemClock } from '@grantkit/auth-core'
import { createApiKeys } from '../model/api-keys.ts'
import { printResult, type Command } from './command.ts'
import { withStore } from './with-store.ts'
import { writeAudit } from './write-audit.ts'

/** Makes the key that the operator API is used with; the first one can come from nowhere else. */
export const operatorKeyCommand: Command = {
  usage: 'operator-key [--name NAME] [--json]',
  summary: 'makes an API key for an operator and shows it, this once',
  async run(context) {
    const { values } = parseArgs({
      args: [...context.args],
      options: { name: { type: 'string', default: 'operator' }, json: { type: 'boolean', default: false } },
    })
    await withStore(context, async (store, { settings }) => {
      const apiKeys = createApiKeys({ store, clock: systemClock })
      const { key, token } = await apiKeys.create({ name: values.name, role: 'operator' })
      await writeAudit({ store, settings, command: 'operator-key' }, [{ action: 'key_made', result: 'done' }])
      printResult(context, { id: key.id, name: key.name, api_key: token }, values.json)
    })
  },
}

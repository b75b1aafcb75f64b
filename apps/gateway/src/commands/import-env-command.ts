import { readFileSync } from 'node:fs'
import { parseArgs, parseEnv } from 'node:util'
import { GatewayError } from '../gateway-error.ts'
import { nameOf } from './options.ts'
import { printResult, UsageError, type Command } from './command.ts'
import { importGrant } from './import-grant.ts'
import { withStore } from './with-store.ts'

/** Brings a GoTo connection over from the `.env` file of the first gateway, which is left as it is. */
export const importEnvCommand: Command = {
  usage: 'import-env FILE --tenant NAME --app NAME [--json]',
  summary: "brings client and refresh token over from the first gateway's .env file",
  async run(context) {
    const { values, positionals } = parseArgs({
      args: [...context.args],
      options: { tenant: { type: 'string' }, app: { type: 'string' }, json: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    const [file, ...others] = positionals
    if (file === undefined || others.length > 0) throw new UsageError('One file has to be named.')
    const tenant = nameOf('--tenant', values.tenant)
    const app = nameOf('--app', values.app)
    const found = readVariables(file)
    const clientId = found['CLIENT_ID'] ?? found['GOTO_CLIENT_ID']
    const clientSecret = found['CLIENT_SECRET'] ?? found['GOTO_CLIENT_SECRET']
    // The voice token is the one that its proxies used; the others were for admin and SCIM alone.
    const refreshToken = found['VOICE_REFRESH_TOKEN'] ?? found['REFRESH_TOKEN'] ?? found['SCIM_REFRESH_TOKEN']
    if (!clientId) throw new GatewayError('import_failed', `${file} has no CLIENT_ID.`)
    await withStore(context, async (store, { settings }) => {
      const accountKey = found['ACCOUNT_KEY']
      const imported = await importGrant(
        { store, settings, command: 'import-env' },
        {
          tenant,
          app,
          provider: 'goto',
          clientId,
          ...(clientSecret ? { clientSecret } : {}),
          ...(accountKey ? { accountKey } : {}),
          ...(refreshToken ? { refreshToken } : {}),
        },
      )
      printResult(context, { ...imported }, values.json)
    })
  },
}

function readVariables(file: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new GatewayError('import_failed', `${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}

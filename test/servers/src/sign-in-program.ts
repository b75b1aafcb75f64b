// Signs in at a sandbox as one account, by a browser that always agrees, with the default store of signIn.
import { providerAt } from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { signIn } from '@grantkit/node-auth'
import { approveAuthorization } from '@grantkit/sandbox'

const [origin = '', redirectUri = '', account = ''] = process.argv.slice(2)

await using connection = await signIn(providerAt(goto, origin), {
  account,
  clientId: 'test-client',
  clientSecret: 'test-secret',
  redirectUri,
  envFile: false,
  print: () => undefined,
  openBrowser: async (url) => await fetch(await approveAuthorization(fetch, url)),
})
const { state } = await connection.status()
process.stdout.write(state)

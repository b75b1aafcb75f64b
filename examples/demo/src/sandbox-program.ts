// A process of its own: the sandbox, with strict rotation, so that every refresh token spent twice is caught.
import { createSandbox, listen } from '@grantkit/sandbox'
import { demoClient, firstTokenSeconds } from './scene.ts'

const [redirectUri = ''] = process.argv.slice(2)
const client = { ...demoClient, redirectUris: [redirectUri], accessTokenSeconds: firstTokenSeconds }
const { origin } = await listen(createSandbox({ rotation: 'strict', clients: [client] }))
// Ctrl-C reaches every process of a terminal; the main one decides when the others end.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit())
process.send?.(origin)

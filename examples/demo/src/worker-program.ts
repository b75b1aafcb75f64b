// A process of its own: signs in without a browser, because the grant is stored, and waits for the signal to call.
import { once } from 'node:events'
import { createGotoVoice, goto } from '@grantkit/goto-voice'
import { signIn } from '@grantkit/node-auth'
import { accountKey, callsPerProcess, openStore, signInOptions, type Scene } from './scene.ts'

const scene = JSON.parse(process.argv[2] ?? '') as Scene
// Ctrl-C reaches every process of a terminal; the main one decides when the others end.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit())

const store = openStore(scene)
const connection = await signIn(goto, { ...signInOptions(scene, store), openBrowser: false, timeoutMs: 1 })
// A storm on purpose; the client would hold GoTo's documented limit.
const voice = createGotoVoice({ connection, accountKey, rateLimit: false })

const signal = once(process, 'message')
process.send?.('ready')
await signal

const calls = Array.from({ length: callsPerProcess }, () => voice.GET('/call-queues'))
const answers = await Promise.all(calls)
process.send?.(answers.map(({ response }) => response.status))

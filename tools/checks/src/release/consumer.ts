import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../command.ts'
import type { Published } from './publish.ts'
import { RehearsalError, succeed } from './step.ts'

const manifest = { name: 'stranger', version: '1.0.0', private: true, type: 'module' }

const compilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  module: 'NodeNext',
  target: 'ES2024',
  lib: ['ES2024', 'ESNext.Disposable', 'DOM', 'DOM.Iterable'],
  types: ['node'],
  noEmit: true,
}

// What a stranger would write after reading the README, with the published sandbox in the vendor's place.
const program = `import { createServer } from 'node:net'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { createGotoVoice, goto, paginate } from '@grantkit/goto-voice'
import { signIn } from '@grantkit/node-auth'
import { approveAuthorization, createSandbox, listen } from '@grantkit/sandbox'

const redirectUri = \`http://localhost:\${await freePort()}/callback\`
const client = { id: 'sandbox-client', secret: 'sandbox-secret', redirectUris: [redirectUri] }
const { origin, close } = await listen(createSandbox({ clients: [client] }))
const connection = await signIn(goto, {
  redirectUri,
  store: createMemoryStore(),
  volatile: 'accept',
  env: { GRANTKIT_SANDBOX: origin },
  envFile: false,
  openBrowser: async (url) => fetch(await approveAuthorization(fetch, url)),
  print: () => undefined,
})
const voice = createGotoVoice({ connection, accountKey: '1234567890' })

// @ts-expect-error No such path in the Voice Admin API.
export const mistake = () => voice.GET('/no-such-path')

const { data, error } = await voice.GET('/call-queues')
if (data === undefined) throw new Error(JSON.stringify(error))
let walked = 0
for await (const queue of paginate(voice, '/call-queues')) walked += queue.name === undefined ? 0 : 1
console.log(\`\${walked} call queues\`)
await connection[Symbol.asyncDispose]()
await close()

async function freePort(): Promise<number> {
  return await new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
`

/** Installs the published packages into an empty project with npm, compiles a typed program there and runs it. */
export async function useAsConsumer(origin: string, folder: string, published: readonly Published[]): Promise<string> {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
  writeFileSync(join(folder, 'program.ts'), program)
  const wanted = [...published.map(({ name, version }) => `${name}@${version}`), 'typescript@7', '@types/node@24']
  const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error', '--cache', join(folder, '../npm-cache')]
  const install = () => runCommand('npm', ['install', '--registry', origin, ...quiet, ...wanted], { cwd: folder })
  // Third-party packages come over the network: one hiccup is no verdict on the release.
  const first = await install()
  await succeed('npm install', first.code === 0 ? Promise.resolve(first) : install())
  const tsc = join(folder, 'node_modules/typescript/bin/tsc')
  await succeed('typecheck of a stranger', runCommand(process.execPath, [tsc, '-p', folder], { cwd: folder }))
  const printed = await succeed('program of a stranger', runCommand(process.execPath, ['program.ts'], { cwd: folder }))
  if (/\b[1-9]\d* call queues\b/.test(printed)) return printed.trim()
  throw new RehearsalError('program of a stranger', 'listed no call queues', printed)
}

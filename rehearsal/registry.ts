// A package registry on loopback: ours are published here, everything else comes through from the machine's own one.
// Usage: node registry.ts <storage folder> <registry to pass on to>; prints its origin, runs until it is stopped.
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { runServer } from 'verdaccio'

const [storage, uplink] = process.argv.slice(2)
if (storage === undefined || uplink === undefined) throw new Error('registry.ts needs a storage folder and a registry')

const server = await runServer({
  self_path: join(storage, 'config.yaml'),
  storage,
  // The defaults give a registry up for five minutes after two hiccups, and say 404 in its name.
  uplinks: { machine: { url: uplink, maxage: '1h', cache: true, timeout: '60s', max_fails: 100, fail_timeout: '1s' } },
  packages: {
    '@grantkit/*': { access: '$all', publish: '$all', unpublish: '$all' },
    '**': { access: '$all', proxy: 'machine' },
  },
  web: { enable: false },
  log: { type: 'stdout', format: 'pretty', level: 'fatal' },
  max_body_size: '20mb',
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(`http://127.0.0.1:${port}`)
})

import { openStormSync, type StormTask } from './storm-sync.ts'

const { sync } = await openStormSync(JSON.parse(process.argv[2] ?? '') as StormTask)
console.log('ready')
await sync.run({ signal: new AbortController().signal })

// One app, four providers, one store: GoTo, Google, Carthooks, and a provider of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFileStore } from '@grantkit/auth-core/stores/file'
import { createCarthooks } from '@grantkit/carthooks'
import { createGoogleCalendar } from '@grantkit/google-calendar'
import { createGotoVoice } from '@grantkit/goto-voice'
import { connectAll, createAuthClients } from './connections.ts'
import { planDeliveries, type Apis } from './plan-deliveries.ts'
import { setStage } from './stage.ts'
import { createWarehouse } from './warehouse.ts'

const { places, clock, passDay, tokenRequests, close } = await setStage()
const folder = mkdtempSync(join(tmpdir(), 'grantkit-compose-'))
const store = createFileStore({ folder, clock })

const clients = createAuthClients(places, { store, clock })
const connections = await connectAll(clients, 'ada')
const apis: Apis = {
  voice: createGotoVoice({ connection: connections.goto, accountKey: '1234567890' }),
  calendar: createGoogleCalendar({ connection: connections.google }),
  carthooks: createCarthooks({ connection: connections.carthooks }),
  warehouse: createWarehouse(connections.warehouse),
}

const plan = await planDeliveries(apis, '2026-11-03')
console.log(`Deliveries of the day:\n  ${plan.join('\n  ')}`)

passDay()
const before = tokenRequests()
const plans = await Promise.all(Array.from({ length: 5 }, () => planDeliveries(apis, '2026-11-03')))
const isSame = plans.every((each) => each.join() === plan.join())

console.log(`\nA day later, with no access token left, five times at once: ${isSame ? 'the same' : 'not the same'}.`)
console.log('Token requests that took:')
for (const [provider, count] of Object.entries(tokenRequests())) {
  console.log(`  ${provider.padEnd(10)}${count - (before[provider] ?? 0)}`)
}

for (const client of Object.values(clients)) await client[Symbol.asyncDispose]()
await close()
rmSync(folder, { recursive: true })

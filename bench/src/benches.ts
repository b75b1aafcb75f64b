import type { Bench } from './bench.ts'
import { callCost } from './benches/call-cost.ts'
import { claimSettle } from './benches/claim-settle.ts'
import { coldImport } from './benches/cold-import.ts'
import { earlyRefresh } from './benches/early-refresh.ts'
import { gatewayBench } from './benches/gateway.ts'
import { late401s } from './benches/late-401s.ts'
import { loopback } from './benches/loopback.ts'
import { sandboxBench } from './benches/sandbox.ts'
import { size } from './benches/size.ts'
import { storm } from './benches/storm.ts'

export const benches: readonly Bench[] = [
  storm,
  late401s,
  earlyRefresh,
  callCost,
  loopback,
  coldImport,
  size,
  claimSettle,
  sandboxBench,
  gatewayBench,
]

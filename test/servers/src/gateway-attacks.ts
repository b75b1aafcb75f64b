// What attacks the gateway directly attacks it behind a proxy, too. It is no part of the package, therefore this one file
// reaches into its tests.
// oxlint-disable no-restricted-imports
export { chunked, hostileChunkSizes, hostileFramings, smuggle } from '../../../apps/gateway/test/hostile-framing.ts'
export { hostileHeaders } from '../../../apps/gateway/test/hostile-headers.ts'
export { hostileTargets } from '../../../apps/gateway/test/hostile-targets.ts'
export { exchange, getRequest, openSocketBench, type SocketBench } from '../../../apps/gateway/test/socket-bench.ts'

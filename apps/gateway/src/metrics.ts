import type { RequestFacts } from './request-facts.ts'

/** Counts requests and refreshes for Prometheus. Its labels are routes, statuses and outcomes: lists with an end. */
export interface Metrics {
  request(facts: Pick<RequestFacts, 'method' | 'route' | 'status' | 'durationMs'>): void
  refresh(outcome: string): void
  /** Writes everything in the text format of Prometheus, version 0.0.4. */
  write(): string
}

/** Upper bounds in seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])

export function createMetrics(): Metrics {
  const requests = new Map<string, number>()
  const refreshes = new Map<string, number>()
  const durations = buckets.map(() => 0)
  let durationSum = 0
  let count = 0

  return {
    request({ method, route, status, durationMs }) {
      // Any word can stand for a method; only known ones become a label.
      const name = methods.has(method) ? method : 'other'
      add(requests, `method="${name}",route="${route}",status="${status}"`)
      const seconds = durationMs / 1000
      durationSum += seconds
      count += 1
      for (const [index, bound] of buckets.entries())
        if (seconds <= bound) durations[index] = (durations[index] ?? 0) + 1
    },
    refresh: (outcome) => add(refreshes, `outcome="${outcome}"`),
    write: () =>
      [
        '# HELP grantkit_gateway_requests_total Requests answered.',
        '# TYPE grantkit_gateway_requests_total counter',
        ...lines('grantkit_gateway_requests_total', requests),
        '# HELP grantkit_gateway_refreshes_total What refreshes of tokens came to.',
        '# TYPE grantkit_gateway_refreshes_total counter',
        ...lines('grantkit_gateway_refreshes_total', refreshes),
        '# HELP grantkit_gateway_request_seconds Time until an answer began.',
        '# TYPE grantkit_gateway_request_seconds histogram',
        ...buckets.map((bound, index) => `grantkit_gateway_request_seconds_bucket{le="${bound}"} ${durations[index]}`),
        `grantkit_gateway_request_seconds_bucket{le="+Inf"} ${count}`,
        `grantkit_gateway_request_seconds_sum ${durationSum}`,
        `grantkit_gateway_request_seconds_count ${count}`,
        '',
      ].join('\n'),
  }
}

function add(counts: Map<string, number>, labels: string): void {
  counts.set(labels, (counts.get(labels) ?? 0) + 1)
}

function lines(name: string, counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts].map(([labels, value]) => `${name}{${labels}} ${value}`)
}

import { describe, expect, it } from 'vitest'
import { createMetrics } from './metrics.ts'

describe('metrics', () => {
  it('counts requests by route and status, refreshes by outcome, durations in buckets', () => {
    const metrics = createMetrics()
    metrics.request({ method: 'GET', route: '/health', status: 200, durationMs: 8 })
    metrics.request({ method: 'GET', route: '/health', status: 200, durationMs: 80_000 })
    metrics.refresh('refreshed')
    const text = metrics.write()
    expect(text).toContain('grantkit_gateway_requests_total{method="GET",route="/health",status="200"} 2')
    expect(text).toContain('grantkit_gateway_refreshes_total{outcome="refreshed"} 1')
    expect(text).toContain('grantkit_gateway_request_seconds_bucket{le="0.005"} 0')
    expect(text).toContain('grantkit_gateway_request_seconds_bucket{le="0.01"} 1')
    expect(text).toContain('grantkit_gateway_request_seconds_bucket{le="30"} 1')
    expect(text).toContain('grantkit_gateway_request_seconds_bucket{le="+Inf"} 2')
    expect(text).toContain('grantkit_gateway_request_seconds_sum 80.008')
  })

  it('has no label that a caller can make up', () => {
    const metrics = createMetrics()
    metrics.request({ method: 'X"} 1\nevil', route: '/*', status: 404, durationMs: 0 })
    expect(metrics.write()).toContain('{method="other",route="/*",status="404"} 1')
    expect(metrics.write()).not.toContain('evil')
  })
})

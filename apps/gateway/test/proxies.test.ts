import { describe, expect, it } from 'vitest'
import type { AuditEvent } from '../src/audit/audit-event.ts'
import type { Settings } from '../src/settings.ts'
import { openBench } from './bench.ts'

const proxy = '10.0.0.2'

/** Asks once without a key, and gives what is written down of it. */
async function denied(
  { peer, headers }: { peer: string; headers: Record<string, string> },
  settings: Partial<Settings> = {},
): Promise<{ status: number; event: AuditEvent | undefined }> {
  const events: AuditEvent[] = []
  const bench = await openBench({
    settings: { trustedProxies: ['10.0.0.0/24'], ...settings },
    onAudit: (event) => void events.push(event),
  })
  events.length = 0
  const { status } = await bench.app.fetch(new Request('http://gateway/tenants', { headers }), { peer })
  return { status, event: events[0] }
}

describe('behind a proxy', () => {
  it('writes down the address that a listed proxy names', async () => {
    const { status, event } = await denied({ peer: proxy, headers: { 'x-forwarded-for': '203.0.113.9' } })
    expect([status, event?.client]).toEqual([401, '203.0.113.9'])
  })

  it('writes down the peer itself where it is not listed, whatever it says', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9', 'x-real-ip': '203.0.113.9' }
    expect((await denied({ peer: '198.51.100.4', headers })).event?.client).toBe('198.51.100.4')
  })

  it('refuses what came without TLS to a gateway that is public by https', async () => {
    const settings = { publicUrl: 'https://gateway.example.com' }
    const from = (peer: string, proto: string) => denied({ peer, headers: { 'x-forwarded-proto': proto } }, settings)
    expect((await from(proxy, 'http')).status).toBe(403)
    expect((await from(proxy, 'https')).status).toBe(401)
    expect((await from('198.51.100.4', 'http')).status).toBe(401)
    expect((await denied({ peer: proxy, headers: { 'x-forwarded-proto': 'http' } })).status).toBe(401)
  })
})

import { describe, expect, it } from 'vitest'
import { openBench, type Bench } from './bench.ts'

/** The series that metrics have, without their values. */
async function seriesOf({ call, operator }: Bench): Promise<readonly string[]> {
  const answer = await call('GET', '/metrics', { token: operator })
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.map((line) => line.slice(0, line.lastIndexOf(' '))).toSorted()
}

/** What callers may make up, all of it. */
async function ask({ call, operator }: Bench, [own, key, session]: readonly string[], name: string): Promise<void> {
  const token = session ?? ''
  await call('GET', `/voice-proxy/extensions/${name}`, { token })
  await call('GET', `/voice-proxy/${name}?${name}=${name}`, { token })
  await call('GET', `/call-queues/${name}/users`, { token })
  await call('GET', `/${name}/${name}`)
  await call(name.toUpperCase().replaceAll('-', ''), '/me', { token })
  await call('GET', '/me', { token: `gs_${name}` })
  await call('GET', `/connect/${name}`)
  await call('GET', `/oauth/callback/${name}?state=${name}`)
  await call('PUT', `/tenants/${name}`, { token: operator, json: {} })
  await call('GET', `/tenants/${name}/apps`, { token: key ?? '' })
  await call('POST', '/auth/connect', { token: key ?? '', json: { tenant: own, app: name } })
  await call('POST', `/tenants/${own}/apps/${name}/connect`, { token: key ?? '' })
  await call('DELETE', `/api-keys/${name}`, { token: operator })
}

describe('the metrics', () => {
  it('have as many series after hundreds of names as after one, and none of the names', async () => {
    const bench = await openBench()
    const { key } = await bench.addTenant('acme')
    const session = await bench.startSession(key, 'acme')
    const caller = ['acme', key, session]
    await ask(bench, caller, 'canary-first')
    await seriesOf(bench)
    const few = await seriesOf(bench)
    for (let count = 0; count < 50; count++) await ask(bench, caller, `canary-${count}`)
    const many = await seriesOf(bench)
    expect(many).toEqual(few)
    expect(many.length).toBeGreaterThan(25)
    for (const unseen of ['canary', 'acme', session, key, bench.operator]) expect(many.join('\n')).not.toContain(unseen)
  })
})

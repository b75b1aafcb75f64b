import { describe, expect, it } from 'vitest'
import { configuration, grace, type ProviderRotation } from './configuration.ts'
import { newProvider, present, type Provider } from './provider.ts'

describe('the provider', () => {
  const at = (rotation: ProviderRotation) => configuration({ name: 'x', workers: 1, rotation, budget: {} })
  const use = (provider: Provider, token: string, nowMs: number, rotation: ProviderRotation) =>
    present(provider, token, nowMs, at(rotation))

  it('without rotation answers the same token again and again', () => {
    const first = use(newProvider(), 'R1.1', 0, 'none')
    expect(first.answer).toEqual({ kind: 'tokens', access: 2, usable: true })
    expect(use(first.provider, 'R1.1', 9, 'none').answer).toMatchObject({ kind: 'tokens', access: 3 })
  })

  it('that is strict ends the grant at the second presentation', () => {
    const first = use(newProvider(), 'R1.1', 0, 'strict')
    expect(first.answer).toMatchObject({ refreshToken: 'R1.2' })
    const second = use(first.provider, 'R1.1', 0, 'strict')
    expect(second).toMatchObject({ answer: { kind: 'invalid_grant' }, killed: { current: ['R1.2'] } })
    expect(use(second.provider, 'R1.2', 0, 'strict')).toMatchObject({ answer: { kind: 'invalid_grant' } })
    expect(use(second.provider, 'R1.2', 0, 'strict').killed).toBeUndefined()
  })

  it('with grace answers again inside the window, as often as it says', () => {
    const windowMs = grace.graceSeconds * 1_000
    const first = use(newProvider(), 'R1.1', 0, 'grace')
    const second = use(first.provider, 'R1.1', windowMs, 'grace')
    expect(second.answer).toMatchObject({ refreshToken: 'R1.3' })
    expect(use(first.provider, 'R1.1', windowMs + 1, 'grace').killed).toBeDefined()
    expect(use(second.provider, 'R1.1', windowMs, 'grace').killed).toBeDefined()
    expect(use(second.provider, 'R1.2', 0, 'grace').answer).toMatchObject({ refreshToken: 'R1.4' })
  })
})

import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { countLookups } from '../test/count-lookups.ts'
import { createCachedLookup } from './cached-lookup.ts'

const minuteMs = 60_000

describe('a cached lookup', () => {
  it('gives all addresses, or the first one, of the same answer', async () => {
    const lookup = createCachedLookup(minuteMs)
    const findAll = promisify(lookup) as (name: string, options: { all: true }) => Promise<{ address: string }[]>
    const findOne = promisify(lookup) as (name: string, options: object) => Promise<string>
    const asked = await countLookups(async () => {
      const all = await findAll('localhost', { all: true })
      expect(all.map(({ address }) => address)).toContain(await findOne('localhost', {}))
    })
    expect(asked).toBe(1)
  })

  it('keeps names apart', async () => {
    const find = promisify(createCachedLookup(minuteMs))
    const asked = await countLookups(() => Promise.all([find('localhost', {}), find('127.0.0.1', {})]))
    expect(asked).toBe(1) // no address has to be looked up
    expect(await find('127.0.0.1', {})).toBe('127.0.0.1')
  })

  it('does not remember what failed', async () => {
    const find = promisify(createCachedLookup(minuteMs))
    const asked = await countLookups(async () => {
      for (let time = 0; time < 2; time += 1) {
        await expect(find('nowhere.invalid', {})).rejects.toMatchObject({
          code: expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/),
        })
      }
    })
    expect(asked).toBe(2)
  })
})

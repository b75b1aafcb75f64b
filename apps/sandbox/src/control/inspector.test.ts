import { describe, expect, test } from 'vitest'
import { fitsFilter } from '../../assets/inspector/ledger-filter.js'
import { growTokenTree } from '../../assets/inspector/token-tree.js'
import { accountKey, call, refresh, signIn, startMs } from '../../test/play-client.ts'
import { createSandbox } from '../sandbox.ts'

const page = 'http://127.0.0.1/__sandbox/inspector/'

describe('the live page', () => {
  test('comes with all files that it names, and a policy that lets it load nothing else', async () => {
    const { fetch } = createSandbox({ startMs })
    const answer = await fetch(page)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')

    const waiting = [...(await answer.text()).matchAll(/(?:src|href)="([^":]+)"/g)].map(([, file = '']) => file)
    const seen = new Set<string>()
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (seen.has(file)) continue
      seen.add(file)
      const part = await fetch(page + file)
      expect([file, part.status, part.headers.get('x-content-type-options')]).toEqual([file, 200, 'nosniff'])
      waiting.push(...[...(await part.text()).matchAll(/from '\.\/([^']+)'/g)].map(([, name = '']) => name))
    }
    expect(seen).toContain('ledger-filter.js')
  })

  test('is found without the slash at the end, and gives no other file away', async () => {
    const { fetch } = createSandbox({ startMs })
    expect((await fetch(page.slice(0, -1))).headers.get('location')).toBe('/__sandbox/inspector/')
    for (const file of ['nothing.js', '../../package.json', '..%2f..%2fpackage.json', '%2e%2e/x', 'index.html/']) {
      expect((await fetch(page + file)).status).toBe(404)
    }
  })
})

describe('what the page makes of the ledger', () => {
  const filter = { words: '', vendor: '', kind: '', trouble: false }

  async function play() {
    const sandbox = createSandbox({ startMs, rotation: 'strict' })
    const first = await signIn(sandbox)
    await call(sandbox, first.access, 'GET', `/extensions?accountKey=${accountKey}`)
    await refresh(sandbox, first.refresh)
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'server_error' })
    await refresh(sandbox, first.refresh)
    await refresh(sandbox, first.refresh)
    return sandbox.control
  }

  test.each([
    ['everything', {}, [1, 2, 3, 4, 5, 6, 7]],
    ['a kind', { kind: 'token' }, [3, 5, 6, 7]],
    ['a vendor', { vendor: 'google' }, []],
    ['words, wherever they stand and however they are written', { words: ' REUSE  token ' }, [7]],
    ['words of which one is nowhere', { words: 'token nowhere' }, []],
    ['trouble', { trouble: true }, [6, 7]],
  ])('filters by %s', async (_, some, seqs) => {
    const { ledger } = await play()
    const fitting = ledger.entries().filter((entry) => fitsFilter(entry, { ...filter, ...some }))
    expect(fitting.map(({ seq }) => seq)).toEqual(seqs)
  })

  test('grows a tree of each family, with every presentation where it belongs', async () => {
    const { grants, ledger } = await play()
    const [family, ...others] = growTokenTree(grants.list(), ledger.entries())
    expect(others).toEqual([])
    expect(family).toMatchObject({ isAlive: false, accessTokens: 2, currentAccessTokens: 0 })
    expect(family?.refreshTokens.map(({ state, presentations }) => ({ state, presentations }))).toEqual([
      {
        state: 'spent',
        presentations: [
          { seq: 5, verdict: 'current' },
          { seq: 6, verdict: 'not_judged' },
          { seq: 7, verdict: 'reuse' },
        ],
      },
      { state: 'revoked', presentations: [] },
    ])
  })

  test('shows the newest family first', async () => {
    const sandbox = createSandbox({ startMs })
    await signIn(sandbox)
    await signIn(sandbox)
    const tree = growTokenTree(sandbox.control.grants.list(), [])
    expect(tree.map(({ grant }) => grant.family)).toEqual(['family-2', 'family-1'])
  })
})

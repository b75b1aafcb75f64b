import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostileTargets } from '../../test/hostile-targets.ts'
import { isRefused, readTarget, type Target } from './target.ts'

function accepted(raw: string): Target {
  const target = readTarget(raw)
  if (isRefused(target)) throw new Error(`${raw} was refused: ${target.refused}`)
  return target
}

describe('readTarget', () => {
  it.each([
    ['/voice-proxy/call-queues', '/voice-proxy/call-queues', ''],
    ['/voice-proxy/call-queues?a=1&a=2&b=%20', '/voice-proxy/call-queues', '?a=1&a=2&b=%20'],
    ['/a/%7eb/%41?', '/a/~b/A', ''],
    ['/calendars/en.usa%23holiday%40group.example.com', '/calendars/en.usa%23holiday%40group.example.com', ''],
    ['/a?filter=name%20eq%20"x"&q=it\'s', '/a', '?filter=name%20eq%20%22x%22&q=it%27s'],
    ['/a?filters[f_1001][$eq]=open', '/a', '?filters[f_1001][$eq]=open'],
    ['/a/100%25', '/a/100%25', ''],
    ['/a/...', '/a/...', ''],
    ['/', '/', ''],
  ])('reads %s', (raw, path, query) => {
    expect(readTarget(raw)).toEqual({ path, query })
  })

  it('keeps what it accepts unchanged when it reads it again', () => {
    fc.assert(
      fc.property(anyTarget, (raw) => {
        const target = readTarget(raw)
        if (isRefused(target)) return
        expect(readTarget(target.path + target.query)).toEqual(target)
      }),
      { numRuns: 2000 },
    )
  })

  it('accepts nothing that a URL parser would change', () => {
    fc.assert(
      fc.property(anyTarget, (raw) => {
        const target = readTarget(raw)
        if (isRefused(target)) return
        const url = new URL(`https://api.example.com/base${target.path}${target.query}`)
        expect(url.href).toBe(`https://api.example.com/base${target.path}${target.query}`)
        expect(url.pathname).toBe(`/base${target.path}`)
      }),
      { numRuns: 2000 },
    )
  })

  it('accepts nothing that climbs, however often it is decoded', () => {
    for (const raw of hostileTargets(1)) {
      const target = readTarget(raw)
      if (isRefused(target)) continue
      let text = target.path
      for (let round = 0; round < 4; round++) text = decodeOnce(text)
      expect(text.split(/[/\\]/), raw).not.toContain('..')
      expect(accepted(raw).path.startsWith('/'), raw).toBe(true)
    }
  })
})

const piece = fc.constantFrom(
  '/',
  '.',
  '..',
  '%2e',
  '%2F',
  '%252e',
  '\\',
  '%',
  ';',
  '?',
  '#',
  '&',
  '=',
  'a',
  '~',
  '%41',
  '%c3%a9',
  "'",
  '"',
  ' ',
  '@',
  ':',
)
const anyTarget = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`),
  fc.webPath().map((path) => (path === '' ? '/' : path)),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseKeyRing, readKeyRing } from './key-ring.ts'

const key = Buffer.alloc(32, 7).toString('base64')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-keys-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the key ring', () => {
  it('seals with its first key and opens with all', () => {
    const { current, ring } = parseKeyRing(`k2:${key}, k1:${key}\n`, 'GATEWAY_KEYS')
    expect(current).toBe('k2')
    expect(Object.keys(ring)).toEqual(['k2', 'k1'])
  })

  it.each([
    ['', 'holds no key'],
    ['k1', 'key number 1'],
    [`k1:${key},k2:c2hvcnQ=`, 'key number 2'],
    [`k1:${key},k1:${key}`, 'two keys called k1'],
    [`k 1:${key}`, 'key number 1'],
  ])('refuses %j without quoting a key', (text, problem) => {
    expect(() => parseKeyRing(text, 'GATEWAY_KEYS')).toThrow(problem)
    expect(() => parseKeyRing(text, 'GATEWAY_KEYS')).not.toThrow(key)
  })

  it('makes a file of its own where that is allowed, and reads it the next time', () => {
    const file = join(folder, 'new', 'keys')
    const first = readKeyRing({ file, mayCreate: true })
    expect(first.created).toBe(file)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const second = readKeyRing({ file, mayCreate: true })
    expect(second).toEqual({ keys: first.keys })
  })

  it('reads a file, and says where it misses one', () => {
    const file = join(folder, 'keys')
    expect(() => readKeyRing({ file, mayCreate: false })).toThrow(file)
    writeFileSync(file, `k1:${key}\n`)
    expect(readKeyRing({ file, mayCreate: false }).keys.current).toBe('k1')
  })
})

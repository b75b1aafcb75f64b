import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { EncryptedStoreOptions } from '@grantkit/auth-core/stores/encrypted'
import type { ProcessSettings } from './env.ts'
import { GatewayError } from './gateway-error.ts'

export type StoreKeys = EncryptedStoreOptions['keys']

const keyBytes = 32

export interface FoundKeys {
  readonly keys: StoreKeys
  /** The file that was just made, if one was. */
  readonly created?: string
}

/** Reads the key ring, or makes one where there is none and that is allowed. Throws `invalid_settings`. */
export function readKeyRing(source: ProcessSettings['keys']): FoundKeys {
  if ('text' in source) return { keys: parseKeyRing(source.text, 'GATEWAY_KEYS') }
  const { file, mayCreate } = source
  if (!existsSync(file)) {
    if (!mayCreate) throw new GatewayError('invalid_settings', `There is no key file at ${file}.`)
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    // Of several that start at once, one makes the file and the others read it.
    const isMine = writeNew(file, `k1:${randomBytes(keyBytes).toString('base64')}\n`)
    return { keys: parseKeyRing(readFileSync(file, 'utf8'), file), ...(isMine ? { created: file } : {}) }
  }
  return { keys: parseKeyRing(readFileSync(file, 'utf8'), file) }
}

/** Reads `name:base64` pairs, parted by commas or lines. The first key seals, all of them open. */
export function parseKeyRing(text: string, where: string): StoreKeys {
  const pairs = text
    .split(/[,\n]/)
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
  const ring = new Map<string, Uint8Array>()
  for (const [index, pair] of pairs.entries()) {
    const [, name, base64 = ''] = /^([A-Za-z0-9][A-Za-z0-9_-]{0,63}):([A-Za-z0-9+/_-]+=*)$/.exec(pair) ?? []
    const bytes = Buffer.from(base64, 'base64')
    if (name === undefined || bytes.length !== keyBytes) {
      const problem = `${where}: key number ${index + 1} is not a name, a colon and 32 bytes in base64.`
      throw new GatewayError('invalid_settings', `${problem} Make one: k1:$(openssl rand -base64 32)`)
    }
    if (ring.has(name)) throw new GatewayError('invalid_settings', `${where} has two keys called ${name}.`)
    ring.set(name, new Uint8Array(bytes))
  }
  const [current] = ring.keys()
  if (current === undefined) throw new GatewayError('invalid_settings', `${where} holds no key.`)
  return { current, ring: Object.fromEntries(ring) }
}

function writeNew(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

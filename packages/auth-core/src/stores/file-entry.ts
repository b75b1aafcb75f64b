import { createHash } from 'node:crypto'
import { AuthError } from '../errors.ts'
import { damagedEntry } from './file-errors.ts'

/** What one file of the store holds. */
export interface FileEntry {
  readonly key: string
  readonly value: string
  readonly expiresAtMs?: number
}

const format = 'grantkit-entry'
const schemaVersion = 1
const newline = 0x0a
// `fatal`: damaged bytes are an error, not another text. `ignoreBOM`: a byte order mark is part of the text.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Writes an entry as one line of JSON, which names the key and a checksum, and the value after it. */
export function encodeEntry({ key, value, expiresAtMs }: FileEntry): Uint8Array {
  const bytes = new TextEncoder().encode(value)
  const header = { format, v: schemaVersion, key, expiresAtMs, sha256: checksum(key, expiresAtMs, bytes) }
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), bytes])
}

/**
 * Reads an entry back, whole or not at all. Fails with `store_value_invalid` for what was damaged, and with
 * `store_value_newer` for what a newer version of this library wrote.
 */
export function decodeEntry(bytes: Uint8Array, version: string): FileEntry {
  const { v, key, expiresAtMs, sha256 } = readHeader(bytes, version)
  if (typeof v === 'number' && v > schemaVersion) {
    const message = 'An entry of the store was written by a newer version of this library. Update the library.'
    throw new AuthError('store_value_newer', message)
  }
  if (
    v !== schemaVersion ||
    typeof key !== 'string' ||
    !(expiresAtMs === undefined || Number.isSafeInteger(expiresAtMs))
  ) {
    throw damagedEntry('its first line lacks something', version)
  }
  const expiry = expiresAtMs as number | undefined
  const value = bytes.subarray(bytes.indexOf(newline) + 1)
  if (checksum(key, expiry, value) !== sha256) throw damagedEntry('its checksum does not fit', version)
  return { key, value: utf8.decode(value), ...(expiry !== undefined && { expiresAtMs: expiry }) }
}

function readHeader(bytes: Uint8Array, version: string): Readonly<Record<string, unknown>> {
  const end = bytes.indexOf(newline)
  try {
    const header: unknown = JSON.parse(utf8.decode(bytes.subarray(0, Math.max(end, 0))))
    if (typeof header === 'object' && header !== null && 'format' in header && header.format === format) {
      return header as Readonly<Record<string, unknown>>
    }
  } catch {
    // Told below, with what is JSON of another kind.
  }
  throw damagedEntry('it does not begin as an entry does', version)
}

/** Against damage, not against people: who can write the file can write the checksum. */
function checksum(key: string, expiresAtMs: number | undefined, value: Uint8Array): string {
  return createHash('sha256')
    .update(`${JSON.stringify([key, expiresAtMs ?? null])}\n`)
    .update(value)
    .digest('hex')
}

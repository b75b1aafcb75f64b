import { createHmac } from 'node:crypto'

/**
 * Randomness that is the same for the same seed. Every label counts for itself, so that a new use of one label does
 * not shift the values of another.
 */
export interface SeededRandom {
  /** 32 bytes as base64url: opaque, unguessable without the seed. */
  token(label: string): string
  uuid(label: string): string
  /** A whole number from 0 to `below - 1`. */
  integer(label: string, below: number): number
  /** A keyed hash under which a secret may be written down. */
  fingerprint(secret: string): string
  /** Starts all labels again. */
  reset(): void
}

export function createSeededRandom(seed: string): SeededRandom {
  const counters = new Map<string, number>()
  const fingerprintKey = digest(seed, 'fingerprint key')

  function next(label: string): Buffer {
    const count = (counters.get(label) ?? 0) + 1
    counters.set(label, count)
    return digest(seed, `${label} ${count}`)
  }

  return {
    token: (label) => next(label).toString('base64url'),
    uuid: (label) => formatUuid(next(label)),
    integer: (label, below) => next(label).readUIntBE(0, 6) % below,
    fingerprint: (secret) => digest(fingerprintKey, secret).toString('base64url').slice(0, 22),
    reset: () => counters.clear(),
  }
}

function digest(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function formatUuid(bytes: Buffer): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

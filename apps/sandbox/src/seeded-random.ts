import { createHmac } from 'node:crypto'
import type { Kept } from './state/kept.ts'

/**
 * Randomness that is the same for the same seed. Every label counts for itself, so that a new use of one label does
 * not shift the values of another.
 */
export interface SeededRandom extends Kept {
  /** 32 bytes as base64url: opaque, unguessable without the seed. */
  token(label: string): string
  uuid(label: string): string
  /** A whole number from 0 to `below - 1`. */
  integer(label: string, below: number): number
  /** A keyed hash under which a secret may be written down. */
  fingerprint(secret: string): string
  /** The seed that all of it follows from. */
  seed(): string
}

interface RandomState {
  readonly seed: string
  /** How often each label was used. */
  readonly counters: Map<string, number>
}

export function createSeededRandom(firstSeed: string): SeededRandom {
  let state: RandomState
  let fingerprintKey: Buffer

  function start(from: RandomState): void {
    state = from
    fingerprintKey = digest(from.seed, 'fingerprint key')
  }
  const reset = (): void => start({ seed: firstSeed, counters: new Map() })
  reset()

  function next(label: string): Buffer {
    const count = (state.counters.get(label) ?? 0) + 1
    state.counters.set(label, count)
    return digest(state.seed, `${label} ${count}`)
  }

  return {
    token: (label) => next(label).toString('base64url'),
    uuid: (label) => formatUuid(next(label)),
    integer: (label, below) => next(label).readUIntBE(0, 6) % below,
    fingerprint: (secret) => digest(fingerprintKey, secret).toString('base64url').slice(0, 22),
    seed: () => state.seed,
    save: () => state,
    load: (saved) => start(saved as RandomState),
    reset,
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

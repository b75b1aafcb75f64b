import { isObject } from '../check-option.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { readGraph, writeGraph } from './graph.ts'
import type { Kept } from './kept.ts'

const format = 'grantkit-sandbox-state'

/** Goes up with every change of what a part saves. */
const version = 1

/** Everything a sandbox knew at one moment, as JSON. */
export interface SandboxSnapshot {
  readonly format: typeof format
  readonly version: typeof version
  /** What all ids and tokens follow from. */
  readonly seed: string
  readonly state: unknown
}

/** What snapshots are taken of. */
interface Source extends Kept {
  readonly random: Pick<SeededRandom, 'seed'>
}

export function takeSnapshot(world: Source): SandboxSnapshot {
  return { format, version, seed: world.random.seed(), state: writeGraph(world.save()) }
}

/** Goes back to a snapshot. Fails with `broken_state` or `state_version`, and leaves everything as it was. */
export function restoreSnapshot(snapshot: SandboxSnapshot, world: Source): void {
  checkSnapshot(snapshot)
  const before = writeGraph(world.save())
  try {
    world.load(readGraph(snapshot.state))
  } catch (cause) {
    world.load(readGraph(before))
    throw new SandboxError('broken_state', 'The snapshot cannot be restored: its state is broken.', { cause })
  }
}

function checkSnapshot(snapshot: unknown): void {
  if (!isObject(snapshot) || snapshot.format !== format || typeof snapshot.seed !== 'string') {
    throw new SandboxError('broken_state', 'This is no snapshot of a sandbox.')
  }
  if (snapshot.version === version) return
  throw new SandboxError(
    'state_version',
    `The state has version ${String(snapshot.version)}, and this sandbox reads version ${version}. ` +
      'Use the release of @grantkit/sandbox that wrote it, or start anew without it.',
  )
}

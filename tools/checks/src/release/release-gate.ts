import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Gate, GateResult } from '../gate.ts'
import type { Workspace } from '../workspace.ts'
import { useAsConsumer } from './consumer.ts'
import { publishAll, type Published } from './publish.ts'
import { startRegistry } from './registry.ts'
import { copyRepository } from './repository-copy.ts'
import { RehearsalError } from './step.ts'

export const releaseGate: Gate = {
  name: 'release',
  script: 'check:release',
  holds: 'changesets, version, publish and install work: a stranger compiles and runs a typed call',
  run: rehearse,
}

/** Goes through a whole release against a registry on loopback, in a copy of the repository. */
async function rehearse(workspace: Workspace): Promise<GateResult> {
  const folder = mkdtempSync(join(tmpdir(), 'grantkit-release-'))
  try {
    const copy = await copyRepository(workspace, join(folder, 'repository'))
    const registry = await startRegistry(workspace, join(folder, 'registry'))
    try {
      const published = await publishAll(copy, registry.origin, folder)
      const said = await useAsConsumer(registry.origin, join(folder, 'consumer'), published)
      return {
        summary: `${published.length} packages published and installed`,
        details: describe(published, said),
        findings: [],
      }
    } finally {
      registry.stop()
    }
  } catch (error) {
    if (!(error instanceof RehearsalError)) throw error
    return { summary: 'stopped', findings: [{ where: error.step, problem: error.message }], output: error.output }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

function describe(published: readonly Published[], said: string): readonly string[] {
  return [
    ...published.map(({ name, version, files, packedBytes, unpackedBytes }) => {
      const size = `${inKb(packedBytes)} packed, ${inKb(unpackedBytes)} unpacked`
      return `${`${name}@${version}`.padEnd(28)} ${String(files.length).padStart(3)} files, ${size}`
    }),
    `the program of a stranger: ${said}`,
  ]
}

function inKb(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}

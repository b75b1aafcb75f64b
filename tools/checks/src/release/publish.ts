import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runPnpm, type CommandOptions } from '../command.ts'
import { readTarball } from '../tarball-files.ts'
import { readWorkspace } from '../workspace.ts'
import { RehearsalError, succeed } from './step.ts'

/** A package as it now stands in the registry. */
export interface Published {
  readonly name: string
  readonly version: string
  readonly files: readonly string[]
  readonly packedBytes: number
  readonly unpackedBytes: number
}

const unreleased = '0.0.0'

/** Versions, builds, packs and publishes every public package with the commands of the release workflow. */
export async function publishAll(repository: string, origin: string, scratch: string): Promise<readonly Published[]> {
  const npmrc = join(scratch, 'npmrc')
  // Any token will do: pnpm asks for one to be there, and this registry lets everybody publish.
  writeFileSync(npmrc, `registry=${origin}/\n//${new URL(origin).host}/:_authToken=rehearsal\n`)
  const options: CommandOptions = {
    cwd: repository,
    env: {
      PNPM_CONFIG_REGISTRY: `${origin}/`,
      PNPM_CONFIG_NPMRC_AUTH_FILE: npmrc,
      // A signed statement of origin needs the identity that only the release workflow has.
      PNPM_CONFIG_PROVENANCE: 'false',
    },
  }
  await refuseOtherRegistries(origin, options)
  const tarballs = join(scratch, 'tarballs')
  mkdirSync(tarballs)
  await succeed('version', runPnpm(['exec', 'changeset', 'version'], options))
  checkVersions(repository)
  await succeed('build', runPnpm(['run', 'build'], options))
  const plan = join(scratch, 'publish-plan.json')
  await succeed('publish plan', runPnpm(['exec', 'changeset', 'publish-plan', '--output', plan], options))
  await succeed(
    'pack',
    runPnpm(['exec', 'changeset', 'pack', '--from-publish-plan', plan, '--out-dir', tarballs], options),
  )
  await succeed('publish', runPnpm(['exec', 'changeset', 'publish', '--from-pack-dir', tarballs], options))
  return await Promise.all(publicPackages(repository).map((pkg) => readPublished(origin, pkg.name, pkg.version)))
}

// The one mistake a rehearsal must never make is a real release: pnpm itself has to say where it would publish.
async function refuseOtherRegistries(origin: string, options: CommandOptions): Promise<void> {
  const registry = (await succeed('pnpm config', runPnpm(['config', 'get', 'registry'], options))).trim()
  if (registry === `${origin}/`) return
  throw new RehearsalError('registry', `pnpm would publish somewhere else than to the registry on loopback`)
}

function publicPackages(repository: string): readonly { name: string; version: string }[] {
  return readWorkspace(repository)
    .packages.filter((pkg) => pkg.isPublic)
    .map((pkg) => ({ name: pkg.name, version: pkg.manifest.version ?? unreleased }))
}

function checkVersions(repository: string): void {
  const left = publicPackages(repository).filter(({ version }) => version === unreleased)
  if (left.length === 0) return
  throw new RehearsalError(
    'version',
    `no changeset gives a first version to ${left.map(({ name }) => name).join(', ')}`,
  )
}

async function readPublished(origin: string, name: string, version: string): Promise<Published> {
  const answer = await fetch(`${origin}/${name.replace('/', '%2f')}`)
  if (!answer.ok) throw new RehearsalError('publish', `${name} is not in the registry (HTTP ${answer.status})`)
  const { versions } = (await answer.json()) as { versions: Record<string, { dist: { tarball: string } }> }
  const tarball = versions[version]?.dist.tarball
  if (tarball === undefined) throw new RehearsalError('publish', `${name}@${version} is not in the registry`)
  const packed = new Uint8Array(await (await fetch(tarball)).arrayBuffer())
  const files = readTarball(packed)
  return {
    name,
    version,
    files: files.map(({ path }) => path),
    packedBytes: packed.length,
    unpackedBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

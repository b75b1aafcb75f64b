// The deep run: `node --conditions=@grantkit/source packages/auth-core/test/stores/storm-program.ts file 20000`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoreKind } from './store-kinds.ts'
import { storm } from './storm.ts'

const [kind = 'file', commits = '20000'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'grantkit-storm-'))
const startMs = performance.now()
const result = await storm({
  kind: kind as StoreKind,
  path: join(folder, 'grants'),
  commits: Number(commits),
  stops: kind.endsWith('file'),
  onProgress: ({ commits: done, kills, stops }) => console.log(`${done} commits, ${kills} kills, ${stops} stops`),
})
rmSync(folder, { recursive: true })
console.log(`${kind}: ${JSON.stringify(result)} in ${Math.round((performance.now() - startMs) / 1000)} s`)
process.exit(result.lost + result.unexplained === 0 ? 0 : 1)

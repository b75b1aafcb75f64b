// Builds the package of the working directory into dist/.
import { buildPackage } from './build-package.ts'
import { removeOlder } from './remove-older.ts'

const startedMs = Date.now()
const folder = process.cwd()
process.exitCode = await buildPackage(folder)
// Last, not first: whoever reads dist meanwhile finds it whole.
if (process.exitCode === 0) removeOlder(`${folder}/dist`, startedMs)

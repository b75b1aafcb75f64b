// Fails the install early where the system Node is used and is too old; on Linux the pinned Node runs instead.
import { existsSync } from 'node:fs'

const [major, minor] = process.versions.node.split('.').map(Number)
const pinned = existsSync(new URL('../node_modules/.bin/node', import.meta.url))

if (!pinned && (major < 22 || (major === 22 && minor < 18))) {
  console.error(
    `Node ${process.versions.node} is too old: this repository needs Node 22.18 or newer. Install a current Node and run the command again.`,
  )
  process.exit(1)
}

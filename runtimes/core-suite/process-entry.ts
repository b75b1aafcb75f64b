// Runs the suite in a process: Node, Deno, Bun. Arguments: the setting as JSON, and the URL of a module that exports the
// `fetch` for auth clients, if there is one. The last line of the output holds the results.
import type { Fetch } from '@grantkit/auth-core'
import { runSuite } from './run-suite.ts'
import type { Setting } from './setting.ts'

const [, , setting = '', module] = process.argv
const given = module === undefined ? undefined : ((await import(module)) as { tokenFetch: Fetch })
console.log(JSON.stringify(await runSuite(JSON.parse(setting) as Setting, given?.tokenFetch)))

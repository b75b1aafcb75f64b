// A program for the BROWSER variable: opens the address it is given, allows, and goes where it is sent.
import { approveAuthorization } from '@grantkit/sandbox'

await fetch(await approveAuthorization(fetch, process.argv[2] ?? ''))

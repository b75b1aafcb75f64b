// Starts a sign-in and waits for a browser that never comes.
import { goto } from '@grantkit/auth-core/providers/goto'
import { signIn } from '../src/index.ts'

await signIn(goto, { openBrowser: false, fallback: 'file', envFile: false })

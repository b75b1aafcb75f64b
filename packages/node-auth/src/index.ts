export type { Keychain, KeychainCallOptions } from './keychain.ts'
export { signIn } from './sign-in.ts'
export type { SignInOptions } from './sign-in-options.ts'
export type { ReadLine } from './terminal.ts'

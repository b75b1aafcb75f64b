export { describeContract, type Contract, type Outcome } from './describe-contract.ts'
export { pathsOf, scriptClient, tokensOf, type ScriptedClient } from './script-client.ts'

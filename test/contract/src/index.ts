export { describeContract, type Contract, type Outcome } from './describe-contract.ts'

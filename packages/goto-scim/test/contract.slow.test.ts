import { describeContract } from '@grantkit/contract'
import { createGotoScim, definition } from '../src/index.ts'
import { calls } from './calls.ts'

describeContract({ definition, create: createGotoScim, calls })

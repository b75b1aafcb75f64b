import { describeContract } from '@grantkit/contract'
import { createGotoUsers, definition } from '../src/index.ts'
import { calls } from './calls.ts'

describeContract({ definition, create: (options) => createGotoUsers({ ...options, accountKey: '1234567890' }), calls })

import { describeContract } from '@grantkit/contract'
import { createGotoAdmin, definition } from '../src/index.ts'
import { calls } from './calls.ts'

describeContract({ definition, create: (options) => createGotoAdmin({ ...options, accountKey: '1234567890' }), calls })

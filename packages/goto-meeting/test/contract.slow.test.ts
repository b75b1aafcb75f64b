import { describeContract } from '@grantkit/contract'
import { createGotoMeeting, definition } from '../src/index.ts'
import { calls } from './calls.ts'

describeContract({ definition, create: createGotoMeeting, calls })

import { describeContract } from '@grantkit/contract'
import { createGoogleCalendar, definition } from '../src/index.ts'
import { calls } from './calls.ts'

describeContract({ definition, create: createGoogleCalendar, calls })

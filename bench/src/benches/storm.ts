import type { Bench, Run } from '../bench.ts'
import { columnsWith, ours } from '../columns.ts'
import { inGroups } from '../numbers.ts'
import { runStorm, type StormReport } from '../run-storm.ts'

interface Crowd {
  readonly id: string
  readonly text: string
  readonly processes: number
  readonly callsPerProcess: number
  readonly quickCalls: number
}

const crowds: readonly Crowd[] = [
  { id: '1,000', text: '1,000 callers, 1 process', processes: 1, callsPerProcess: 1_000, quickCalls: 20 },
  { id: '10,000', text: '10,000 callers, 1 process', processes: 1, callsPerProcess: 10_000, quickCalls: 40 },
  { id: '16 × 625', text: '10,000 callers, 16 processes', processes: 16, callsPerProcess: 625, quickCalls: 10 },
]

const clients = columnsWith('client')
const names = clients.map(({ name }) => name)
const twoHoursMs = 7_200_000
// Thousands of callers would otherwise open a socket each.
const sockets = 256
const quickProcesses = 2

/** The access token has expired and everybody calls at once; a refresh token spent twice ends the grant. */
export const storm: Bench = {
  name: 'storm',
  measures: crowds.flatMap(({ id, text }) => [
    { id: `${id} requests`, text: `Storm, ${text}: token requests`, goal: '1', columns: names },
    { id: `${id} answered`, text: `Storm, ${text}: calls answered 200`, goal: 'all', columns: names },
    { id: `${id} reuse`, text: `Storm, ${text}: refresh tokens spent twice`, goal: '0', columns: names },
  ]),
  async run(run) {
    await run.attemptEach(clients, async ({ name, client }) => {
      let survived = true
      for (const crowd of crowds) survived = await face(run, name, client, crowd, survived)
    })
  },
}

/** A client whose grant died is not asked again with more callers: it would only take long. */
async function face(run: Run, name: string, client: string, crowd: Crowd, survived: boolean): Promise<boolean> {
  const record = (requests: string, answered: string, reuse: string): void => {
    run.record(`${crowd.id} requests`, name, requests)
    run.record(`${crowd.id} answered`, name, answered)
    run.record(`${crowd.id} reuse`, name, reuse)
  }
  if (!survived) {
    record('dead before', 'dead before', 'dead before')
    return false
  }
  const processes = run.quick ? Math.min(crowd.processes, quickProcesses) : crowd.processes
  const callsPerProcess = run.quick ? crowd.quickCalls : crowd.callsPerProcess
  const report = await runStorm({ client, processes, callsPerProcess, ageMs: twoHoursMs, sockets })
  const calls = processes * callsPerProcess
  record(inGroups(report.tokenRequests), `${inGroups(report.answered)} of ${inGroups(calls)}`, inGroups(report.reuse))
  if (name === ours) run.demand(`${crowd.text}: ${describe(report)}`, isFlawless(report, calls))
  return report.reuse === 0
}

function isFlawless({ tokenRequests, answered, reuse }: StormReport, calls: number): boolean {
  return tokenRequests === 1 && answered === calls && reuse === 0
}

function describe({ tokenRequests, answered, reuse, problem = '' }: StormReport): string {
  return `${tokenRequests} token requests, ${answered} answered, ${reuse} spent twice. ${problem}`
}

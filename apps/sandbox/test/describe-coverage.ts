import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { ApiOperation, ApiSpec } from '../src/api/api-spec.ts'
import { findAnswerDefect } from '../src/api/check-answer.ts'
import { createSchemaChecker } from '../src/api/schema-checker.ts'
import type { Fault } from '../src/faults/fault.ts'
import type { LedgerEntry } from '../src/ledger.ts'
import type { Sandbox } from '../src/sandbox.ts'

export interface CoveredApi {
  readonly spec: ApiSpec
  /** Where the API is, with its base path. */
  readonly base: string
  /** The sandbox that the test at hand plays with. */
  current(): Sandbox
  /** The operation that the authorization server answers, where the document has it among those of the API. */
  readonly tokenOperation?: string
}

interface DocumentedError {
  readonly operation: ApiOperation
  readonly status: number
  readonly errorCode?: string
}

/**
 * Gets each documented error by a fault, and counts what all tests of the file were answered: a success of every
 * operation, every error that it documents.
 */
export function describeCoverage({ spec, base, current, tokenOperation }: CoveredApi): void {
  const checker = createSchemaChecker(spec.document)
  const ids = spec.operations.map(({ id }) => id)
  const errors = spec.operations.flatMap(documentedErrors)
  const answers = new Set(errors.map(({ operation, status }) => `${operation.id} ${status}`))
  const succeeded = new Set<string>()
  const [met, metWithoutFault] = [new Set<string>(), new Set<string>()]

  function note(entry: LedgerEntry): void {
    const { status = 0, error, fault } = entry
    const id = operationOf(entry)
    // What the sandbox itself failed at is no answer of the vendor.
    if (id === undefined || error === 'sandbox_failed') return
    if (status >= 200 && status < 300) succeeded.add(id)
    met.add(`${id} ${status}`)
    if (fault === undefined) metWithoutFault.add(`${id} ${status}`)
  }

  function operationOf({ api, kind, vendor, operation }: LedgerEntry): string | undefined {
    if (api === spec.name) return operation
    return kind === 'token' && vendor === spec.name ? tokenOperation : undefined
  }

  function faultFor({ operation: { id }, status, errorCode }: DocumentedError): Fault {
    if (id === tokenOperation) return { match: { kind: 'token' }, type: 'server_error', status }
    const code = errorCode === undefined ? {} : { errorCode }
    return { match: { api: spec.name, operation: id }, type: 'api_error', status, ...code }
  }

  async function findDefect(error: DocumentedError): Promise<string | undefined> {
    const { operation, status, errorCode = '' } = error
    current().control.faults.add(faultFor(error))
    // A fault that is not processed strikes any request: neither a token nor what it asks for matters.
    const url = base + operation.path.replace(/\{\w+\}/g, '1')
    const answer = await current().fetch(url, { method: operation.method })
    if (answer.status !== status) return `${operation.id} ${status} ${errorCode}: answered ${answer.status}.`
    return findAnswerDefect(operation, { status, body: await answer.json() }, checker)
  }

  afterEach(() => {
    for (const entry of current().control.ledger.entries()) note(entry)
  })

  describe(`the answers that ${spec.name} documents`, () => {
    test('are given by a fault: each error of each operation, without a code and with each it has', async () => {
      const defects: (string | undefined)[] = []
      for (const error of errors) defects.push(await findDefect(error))
      expect(defects.filter((defect) => defect !== undefined)).toEqual([])
    })

    test(`were given: ${ids.length} of ${ids.length} successes, ${answers.size} of ${answers.size} errors`, () => {
      expect(ids.filter((id) => !succeeded.has(id))).toEqual([])
      expect([...answers].filter((answer) => !met.has(answer))).toEqual([])
    })
  })

  afterAll(() => {
    const count = (of: Iterable<string>, seen: ReadonlySet<string>): number =>
      [...of].filter((each) => seen.has(each)).length
    const operations = `${count(ids, succeeded)} of ${ids.length} operations`
    const documented = `${count(answers, met)} of ${answers.size} documented errors`
    console.log(`${spec.name}: ${operations}, ${documented} (${count(answers, metWithoutFault)} without a fault)`)
  })
}

function documentedErrors(operation: ApiOperation): DocumentedError[] {
  const statuses = [...operation.answers].filter(([status]) => status >= 400)
  return statuses.flatMap(([status, { errorCodes }]) => [
    { operation, status },
    ...errorCodes.map((errorCode) => ({ operation, status, errorCode })),
  ])
}

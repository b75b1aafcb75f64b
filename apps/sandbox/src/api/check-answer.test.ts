import { expect, onTestFinished, test, vi } from 'vitest'
import type { Sandbox } from '../sandbox.ts'
import { accountKey, call, signIn, startMs } from '../../test/play-client.ts'
import { loadApiSpec } from './api-spec.ts'
import { findAnswerDefect } from './check-answer.ts'
import { createSchemaChecker } from './schema-checker.ts'

const spec = loadApiSpec('goto-voice')
const checker = createSchemaChecker(spec.document)

function defectOf(id: string, status: number, body?: unknown): string | undefined {
  const operation = spec.operations.find((each) => each.id === id)
  if (operation === undefined) throw new Error(`No ${id}`)
  return findAnswerDefect(operation, { status, body }, checker)
}

test('an answer that the specification allows has no defect', () => {
  expect(defectOf('listBillingGroups', 200, { items: [{ id: '1', name: 'Sales' }] })).toBeUndefined()
  expect(defectOf('deleteExtension', 204)).toBeUndefined()
  expect(defectOf('createExtension', 409, { errorCode: 'NUMBER_EXISTS', reference: 'r' })).toBeUndefined()
})

test.each([
  ['listBillingGroups', 200, { items: [{ id: 1, name: 'Sales' }] }, /items\.0\.id must be string/],
  ['listBillingGroups', 200, { items: [{ id: '1' }] }, /items\.0\.name must have required property/],
  ['listBillingGroups', 418, {}, /documents no 418/],
  ['deleteExtension', 204, {}, /has no body/],
  ['createExtension', 409, { errorCode: 'MADE_UP' }, /documents no MADE_UP/],
  ['createExtension', 409, {}, /errorCode must have required property/],
])('an answer of %s %d as %j is a defect', (id, status, body, defect) => {
  expect(defectOf(id, status, body)).toMatch(defect)
})

async function createDefectiveSandbox(): Promise<Sandbox> {
  const handlers = '../goto-voice/account-things.ts'
  const accountHandlers = { listBillingGroups: () => ({ status: 200, body: { items: [{ id: 7 }] } }) }
  // Test files share their modules; this sandbox gets some of its own.
  vi.resetModules()
  vi.doMock(handlers, () => ({ accountHandlers }))
  onTestFinished(() => {
    vi.doUnmock(handlers)
    vi.resetModules()
  })
  const { createSandbox } = await import('../sandbox.ts')
  return createSandbox({ startMs })
}

test('a defect of the sandbox is answered 500 and says so, never passed on as the vendor’s word', async () => {
  const sandbox = await createDefectiveSandbox()
  const { access } = await signIn(sandbox)
  const answer = await call(sandbox, access, 'GET', `/billing-groups?accountKey=${accountKey}`)
  expect(answer.status).toBe(500)
  expect(answer.body.message).toMatch(/^The sandbox itself failed: listBillingGroups 200: items\.0/)
  expect(sandbox.control.ledger.entries().at(-1)?.error).toBe('sandbox_failed')
})

import { resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { leftOut } from '../src/discovery/left-out.ts'
import { objectAt, type JsonObject } from '../src/json.ts'
import { listOperations } from '../src/list-operations.ts'
import { parseDocument } from '../src/parse-document.ts'
import { parseSource } from '../src/parse-source.ts'
import { resolveApi } from '../src/resolve-api.ts'
import { readSpecFiles } from '../src/workspace.ts'

const root = resolve(import.meta.dirname, '../../..')
const { source } = readSpecFiles(root, 'google-calendar')
let document: JsonObject
const converted = parseSource(source, 'source.discovery.json')

test('the conversion loses nothing: 38 methods, 39 schemas, 17 scopes', () => {
  expect(listOperations(converted)).toHaveLength(38)
  expect(Object.keys(objectAt(converted, 'components', 'schemas'))).toHaveLength(39)
  const { scopes } = objectAt(converted, 'components', 'securitySchemes', 'googleOAuth', 'flows', 'authorizationCode')
  expect(Object.keys(objectAt(scopes))).toHaveLength(17)
})

test('what it leaves out on purpose is five shared parameters and batches', () => {
  expect(leftOut(parseDocument(source, 'source'), 'source')).toStrictEqual([
    expect.stringMatching(/^Parameters of every method: alt .*, key .*, oauth_token .*, prettyPrint .*, userIp /),
    expect.stringMatching(/^Batches/),
  ])
})

beforeAll(async () => {
  ;({ document } = await resolveApi(root, 'google-calendar'))
}, 60_000)

test('the resolved document has all of it, each schema also as what may be sent', () => {
  expect(listOperations(document)).toHaveLength(38)
  const schemas = Object.keys(objectAt(document, 'components', 'schemas'))
  const kept = Object.keys(objectAt(converted, 'components', 'schemas')).filter((name) => schemas.includes(name))
  expect(kept).toHaveLength(39)
  expect(schemas).toStrictEqual(
    expect.arrayContaining(['EventWrite', 'EventPatch', 'EventAttendeeWrite', 'FreeBusyError']),
  )
})

test('an operation names the least powerful scope first', () => {
  const first = (id: string): unknown =>
    listOperations(document).find((operation) => operation.id === id)?.value['security']
  const prefix = 'https://www.googleapis.com/auth/calendar'
  expect(first('listEvents')).toMatchObject({ 0: { googleOAuth: [`${prefix}.events.readonly`] } })
  expect(first('createEvent')).toMatchObject({ 0: { googleOAuth: [`${prefix}.events`] } })
  expect(first('queryFreeBusy')).toMatchObject({ 0: { googleOAuth: [`${prefix}.freebusy`] } })
})

import { resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { applyOverlay } from '../src/apply-overlay.ts'
import { checkFresh } from '../src/check-fresh.ts'
import type { JsonObject } from '../src/json.ts'
import { listOperations, type ListedOperation } from '../src/list-operations.ts'
import { parseSource } from '../src/parse-source.ts'
import { parseOverlay } from '../src/parse-overlay.ts'
import { resolveApi } from '../src/resolve-api.ts'
import { failureOf } from '../src/testing/failure-of.ts'
import { listApis, readSpecFiles } from '../src/workspace.ts'

const root = resolve(import.meta.dirname, '../../..')

describe.each(listApis(root))('%s', (api) => {
  let document: JsonObject

  beforeAll(async () => {
    ;({ document } = await resolveApi(root, api))
  }, 60_000)

  test('every overlay action expires once the source says the same', async () => {
    const overlay = parseOverlay(readSpecFiles(root, api).overlay, 'overlay.yaml')
    const codes = overlay.actions.map((action) => failureOf(() => applyOverlay(document, { actions: [action] })))
    expect(new Set((await Promise.all(codes)).map(({ code }) => code))).toStrictEqual(new Set(['overlay_stale']))
  }, 60_000)

  test('every operation that the source has is still there, under the same id unless the overlay names it', () => {
    const { source, overlay } = readSpecFiles(root, api)
    const resolved = new Map(listOperations(document).map((operation) => [placeOf(operation), operation.id]))
    for (const operation of listOperations(parseSource(source, 'source'))) {
      const id = resolved.get(placeOf(operation))
      expect(id).toBe(overlay.includes(`operationId: ${id}`) ? id : operation.id)
    }
  })
})

function placeOf({ method, path }: ListedOperation): string {
  return `${method} ${path}`
}

test('what is committed is what the specs generate', async () => {
  const { apis, files } = await checkFresh(root)
  expect(apis).toBeGreaterThan(0)
  expect(files).toBeGreaterThan(apis)
}, 60_000)

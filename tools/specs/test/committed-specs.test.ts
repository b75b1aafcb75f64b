import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { applyOverlay } from '../src/apply-overlay.ts'
import { checkFresh } from '../src/check-fresh.ts'
import { listOperations } from '../src/list-operations.ts'
import { parseSource } from '../src/parse-source.ts'
import { parseOverlay } from '../src/parse-overlay.ts'
import { resolveApi } from '../src/resolve-api.ts'
import { failureOf } from '../src/testing/failure-of.ts'
import { listApis, readSpecFiles } from '../src/workspace.ts'

const root = resolve(import.meta.dirname, '../../..')

describe.each(listApis(root))('%s', (api) => {
  test('every overlay action expires once the source says the same', async () => {
    const overlay = parseOverlay(readSpecFiles(root, api).overlay, 'overlay.yaml')
    const { document } = await resolveApi(root, api)
    const codes = overlay.actions.map((action) => failureOf(() => applyOverlay(document, { actions: [action] })))
    expect(new Set((await Promise.all(codes)).map(({ code }) => code))).toStrictEqual(new Set(['overlay_stale']))
  })

  test('every operation that the source has is still there under the same id', async () => {
    const source = parseSource(readSpecFiles(root, api).source, 'source')
    const { document } = await resolveApi(root, api)
    const resolved = new Map(listOperations(document).map((operation) => [operation.id, operation]))
    for (const { id, method, path } of listOperations(source)) expect(resolved.get(id)).toMatchObject({ method, path })
  })
})

test('what is committed is what the specs generate', async () => {
  const { apis, files } = await checkFresh(root)
  expect(apis).toBeGreaterThan(0)
  expect(files).toBeGreaterThan(apis)
})

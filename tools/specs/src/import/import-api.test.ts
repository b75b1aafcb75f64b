import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canonicalJson } from '../canonical-json.ts'
import type { JsonObject } from '../json.ts'
import { sha256 } from '../sha256.ts'
import { changeAt } from '../testing/change-at.ts'
import { smallDiscovery } from '../testing/small-discovery.ts'
import { smallDocument } from '../testing/small-document.ts'
import { smallWorkspace, type SmallWorkspace } from '../testing/small-workspace.ts'

const read = ({ root }: SmallWorkspace, path: string): string => readFileSync(join(root, path), 'utf8')
const provenanceOf = (workspace: SmallWorkspace, api: string): unknown =>
  JSON.parse(read(workspace, `specs/${api}/source.json`))

function importing(file: string, ...more: string[]): string[] {
  return ['import', file, '--api', 'other', '--origin', 'https://vendor.example.com/openapi', ...more]
}

test('an OpenAPI document becomes a folder whose source has the same bytes', async () => {
  const workspace = smallWorkspace()
  const text = `# As the vendor wrote it\n${JSON.stringify(smallDocument())}\r\n`
  workspace.write('vendor/small.yaml', text)
  expect(await workspace.specs(importing('small.yaml'), 'vendor')).toStrictEqual({
    code: 0,
    out: [
      'wrote  specs/other/source.openapi.yaml',
      'wrote  specs/other/source.json',
      'wrote  specs/other/overlay.yaml',
      'wrote  specs/other/openapi.json',
      '',
    ].join('\n'),
    err: '',
  })
  expect(read(workspace, 'specs/other/source.openapi.yaml')).toBe(text)
  expect(provenanceOf(workspace, 'other')).toStrictEqual({
    source: 'source.openapi.yaml',
    origin: 'https://vendor.example.com/openapi',
    revision: '1.0.0',
    date: '2026-02-01',
    sha256: sha256(text),
    confidence: { documented: 1, notes: 1 },
  })
  expect(read(workspace, 'specs/other/openapi.json')).toBe(canonicalJson(smallDocument()))
})

test('a Discovery document is taken with its own revision, and what it leaves out is said', async () => {
  const workspace = smallWorkspace()
  workspace.writeJson('notes.json', smallDiscovery())
  const { code, out } = await workspace.specs(importing('notes.json'))
  expect(code).toBe(0)
  expect(provenanceOf(workspace, 'other')).toMatchObject({
    source: 'source.discovery.json',
    revision: '20260131',
    confidence: { documented: 3 },
  })
  expect(out).toContain('left out  Batches are no operation')
})

test('what our rules miss in it is work for the overlay, and said without end', async () => {
  const workspace = smallWorkspace()
  workspace.writeJson('notes.json', smallDiscovery())
  const { code, out } = await workspace.specs(importing('notes.json'))
  expect(code).toBe(0)
  expect(out).toContain('Not resolved yet. specs/other: The resolved document has')
  expect(out).toMatch(/ {2}… and \d+ more\n/)
  expect(out).toContain(
    'Mend it in specs/other/overlay.yaml, then: npx -y pnpm@12 --filter @grantkit/specs specs resolve other',
  )
  expect(existsSync(join(workspace.root, 'specs/other/openapi.json'))).toBe(false)
})

test('an API that is there is only replaced when that is asked for', async () => {
  const workspace = smallWorkspace()
  workspace.writeJson('new.json', smallDocument())
  const { code, err } = await workspace.specs(['import', 'new.json', '--api', 'small', '--origin', 'A page'])
  expect({ code, err }).toStrictEqual({
    code: 2,
    err: 'specs/small is there already. Give --replace to make this file its source; its overlay stays.\n',
  })
  expect(provenanceOf(workspace, 'small')).toMatchObject({ source: 'source.yaml' })
})

test('a new state of an API keeps the overlay, drops the old source and says what changed', async () => {
  const workspace = smallWorkspace()
  await workspace.specs(['resolve', 'small'])
  const overlay = `${read(workspace, 'specs/small/overlay.yaml')}# ours\n`
  workspace.write('specs/small/overlay.yaml', overlay)
  const kind = ['components', 'schemas', 'Thing', 'properties', 'size']
  workspace.writeJson('new.json', changeAt(smallDocument(), kind, { type: 'integer' }))
  const args = [
    'import',
    'new.json',
    '--api',
    'small',
    '--origin',
    'A page',
    '--revision',
    '2',
    '--date',
    '2026-01-31',
    '--replace',
  ]
  const { code, out } = await workspace.specs(args)
  expect(code).toBe(0)
  expect(out).toContain('fresh  specs/small/overlay.yaml')
  expect(out).toContain('One change: minor\n\nminor\n  + Thing.size: added member\n')
  expect(provenanceOf(workspace, 'small')).toMatchObject({
    source: 'source.openapi.json',
    revision: '2',
    date: '2026-01-31',
  })
  expect(read(workspace, 'specs/small/overlay.yaml')).toBe(overlay)
  expect(existsSync(join(workspace.root, 'specs/small/source.yaml'))).toBe(false)
})

test('an overlay that no longer fits the new state is said, and the source is there to look at', async () => {
  const workspace = smallWorkspace()
  workspace.write(
    'specs/small/overlay.yaml',
    `overlay: 1.0.0
info: { title: T, version: '1' }
actions:
  - { target: $.gone, description: Why., x-evidence: Where., x-date: '2026-01-31', x-expect: 1, remove: true }
`,
  )
  workspace.writeJson('new.json', smallDocument())
  const { code, out } = await workspace.specs([
    'import',
    'new.json',
    '--api',
    'small',
    '--origin',
    'A page',
    '--replace',
  ])
  expect(code).toBe(0)
  expect(out).toContain('Not resolved yet. specs/small: Overlay action 1 ($.gone: Why.) no longer fits')
  expect(existsSync(join(workspace.root, 'specs/small/source.openapi.json'))).toBe(true)
})

const refused: [name: string, document: JsonObject | string, words: string][] = [
  ['Swagger 2', { swagger: '2.0', paths: {} }, 'bad.json is Swagger 2.0'],
  ['a page that was saved instead', '<!doctype html>\n<title>API</title>\n', 'bad.json'],
  ['a document without an operation', { openapi: '3.1.0', paths: {} }, 'bad.json describes no operation'],
  [
    'a document in several files',
    changeAt(smallDocument(), ['components', 'schemas', 'Thing'], { $ref: './thing.yaml' }),
    'Bundle it into one document first',
  ],
  ['a document without a version', changeAt(smallDocument(), ['info', 'version'], undefined), 'give --revision <text>'],
]

test.each(refused)('%s is refused and nothing is written', async (_name, document, words) => {
  const workspace = smallWorkspace()
  workspace.write('bad.json', typeof document === 'string' ? document : canonicalJson(document))
  const { code, out, err } = await workspace.specs(importing('bad.json'))
  expect(code).not.toBe(0)
  expect({ out, words: err.includes(words) ? words : err }).toStrictEqual({ out: '', words })
  expect(existsSync(join(workspace.root, 'specs/other'))).toBe(false)
})

test.each([
  [
    'a name that cannot be a folder of ours',
    ['import', 'ok.json', '--api', '../x', '--origin', 'A'],
    '--api must be a name',
  ],
  ['a day that is none', importing('ok.json', '--date', 'today'), '--date must be a day'],
  ['a file that is not there', importing('gone.json'), 'gone.json cannot be read'],
  ['bytes that are no text', importing('bytes.json'), 'bytes.json is not text in UTF-8'],
])('%s is refused', async (_name, args, words) => {
  const workspace = smallWorkspace()
  workspace.writeJson('ok.json', smallDocument())
  writeFileSync(join(workspace.root, 'bytes.json'), new Uint8Array([0x7b, 0xff, 0x7d]))
  const { code, err } = await workspace.specs(args)
  expect(code).not.toBe(0)
  expect(err).toContain(words)
})

test('a byte order mark is kept and does not hide that it is JSON', async () => {
  const workspace = smallWorkspace()
  const text = `\uFEFF${JSON.stringify(smallDocument())}`
  workspace.write('marked.json', text)
  expect(await workspace.specs(importing('marked.json'))).toMatchObject({ code: 0, err: '' })
  expect(read(workspace, 'specs/other/source.openapi.json')).toBe(text)
  expect(existsSync(join(workspace.root, 'specs/other/openapi.json'))).toBe(true)
})

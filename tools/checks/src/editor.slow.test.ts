import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript5'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readWorkspace } from './workspace.ts'
import { linkPackages } from './scratch.ts'

const root = resolve(import.meta.dirname, '../../..')
const head = `import { createGotoVoice, paginate, type GotoVoiceOptions } from '@grantkit/goto-voice'
declare const connection: GotoVoiceOptions['connection']
const voice = createGotoVoice({ connection, accountKey: '1' })
`

// The first question reads the library and all of goto-voice.
vi.setConfig({ testTimeout: 60_000 })

let folder: string
let file: string
let text = ''
let version = 0
let service: ts.LanguageService

// What an editor asks while a user types: TypeScript's own language server, the last one with an interface for programs.
beforeAll(() => {
  mkdirSync(join(root, '.tmp/checks'), { recursive: true })
  folder = mkdtempSync(join(root, '.tmp/checks/editor-'))
  file = join(folder, 'program.ts')
  linkPackages(folder, readWorkspace(root).packages)
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder)
  service = ts.createLanguageService({
    getCompilationSettings: () => ({ ...options, types: [], noUnusedLocals: false }),
    getScriptFileNames: () => [file],
    getScriptVersion: (name) => (name === file ? String(version) : '0'),
    getScriptSnapshot: (name) => {
      const content = name === file ? text : ts.sys.readFile(name)
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: (compilerOptions) => ts.getDefaultLibFilePath(compilerOptions),
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(code: string): void {
  text = head + code
  version += 1
}

/** What is offered where `|` stands. */
function offered(code: string): readonly string[] {
  write(code.replace('|', ''))
  const at = head.length + code.indexOf('|')
  return (service.getCompletionsAtPosition(file, at, {})?.entries ?? []).map(({ name }) => name)
}

/** What is wrong with a line, as an editor shows it. */
function problems(code: string): readonly string[] {
  write(code)
  return service
    .getSemanticDiagnostics(file)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

test('the paths that have the method are offered, and no others', () => {
  const paths = offered(`void voice.POST('|')`)
  expect(paths).toContain('/extensions')
  expect(paths).not.toContain('/call-queues')
  expect(offered(`void voice.GET('|')`)).toEqual(expect.arrayContaining(['/call-queues', '/call-queues/{callQueueId}']))
})

test('the parameters of a path and of a query are offered', () => {
  const inPath = offered(`void voice.GET('/call-queues/{callQueueId}', { params: { path: { | } } })`)
  expect(inPath).toEqual(['callQueueId'])
  const inQuery = offered(`void voice.GET('/phone-numbers', { params: { query: { | } } })`)
  expect(inQuery.toSorted()).toEqual(['accountKey', 'number', 'pageMarker', 'pageSize', 'targetExtensionId'])
})

test('the members of a body, and the values known of one, are offered', () => {
  expect(offered(`void voice.POST('/extensions', { body: { | } })`)).toEqual(expect.arrayContaining(['name', 'number']))
  expect(offered(`void voice.GET('/extensions', { params: { query: { type: '|' } } })`)).toContain('DIRECT_EXTENSION')
})

test('the lists that paginate takes, and the members of an answer, are offered', () => {
  const lists = offered(`void paginate(voice, '|')`)
  expect(lists).toContain('/call-queues')
  expect(lists).not.toContain('/call-queues/{callQueueId}')
  expect(offered(`const { data } = await voice.GET('/call-queues')\ndata?.items[0]?.|`)).toContain('extensionNumber')
})

test.each([
  [`void voice.GET('/call-queue')`, '"/call-queue"'],
  [`void voice.GET('/call-queues', { params: { query: { pagesize: 5 } } })`, "'pagesize'"],
  [`void voice.GET('/call-queues/{callQueueId}', { params: { path: { id: '1' } } })`, "'id'"],
  [`void voice.GET('/call-queues', { query: { pageSize: 5 } })`, "'query'"],
  [`void voice.POST('/extensions', { body: { accountKey: '1', name: 'Ada', nummer: '1' } })`, "'nummer'"],
])('a name that does not exist is named in one line: %s', (code, name) => {
  const found = problems(code)
  expect(found).toHaveLength(1)
  const [line = ''] = found[0]?.split('\n') ?? []
  expect(line).toContain(name)
  expect(line.length).toBeLessThan(400)
})

import { on } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { isAuthError } from '@grantkit/auth-core'
import { afterAll, expect, test } from 'vitest'
import { openInBrowser, parseBrowserVariable } from './browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'grantkit-browser-'))
afterAll(() => rmSync(folder, { recursive: true }))

// The browser of these tests: writes down its arguments, then renames the file, so that one event says it is whole.
async function argumentsFor(browser: (recorder: string) => string, url: URL): Promise<unknown> {
  const own = mkdtempSync(join(folder, 'run-'))
  const recorder = join(own, 'recorder.mjs')
  const file = join(own, 'arguments.json')
  writeFileSync(
    recorder,
    `import { renameSync, writeFileSync } from 'node:fs'
    writeFileSync(${JSON.stringify(`${file}.tmp`)}, JSON.stringify(process.argv.slice(2)))
    renameSync(${JSON.stringify(`${file}.tmp`)}, ${JSON.stringify(file)})`,
  )
  const watcher = watch(own)
  try {
    const changes = on(watcher, 'change')
    await openInBrowser(url, { BROWSER: browser(recorder) })
    for await (const [, name] of changes) if (name === 'arguments.json') break
    return JSON.parse(readFileSync(file, 'utf8'))
  } finally {
    watcher.close()
  }
}

const nasty = new URL(`https://example.com/a?x=1&y="2";z=$(touch%20${folder}/pwned)&q=\`id\`&r='|rm&s=$&%s`)

test('the command in BROWSER gets the address as one argument, and no shell sees it', async () => {
  expect(await argumentsFor((recorder) => `"${process.execPath}" '${recorder}' --flag`, nasty)).toEqual([
    '--flag',
    nasty.href,
  ])
  expect(() => readFileSync(join(folder, 'pwned'))).toThrow('ENOENT')
})

test('%s is the place of the address', async () => {
  expect(await argumentsFor((recorder) => `${process.execPath} ${recorder} --url=%s --new`, nasty)).toEqual([
    `--url=${nasty.href}`,
    '--new',
  ])
})

test('the next alternative runs when one cannot be started', async () => {
  const opened = await argumentsFor(
    (recorder) => [`${folder}/no-such-browser`, `${process.execPath} ${recorder}`].join(delimiter),
    nasty,
  )
  expect(opened).toEqual([nasty.href])
})

test('splits words as a shell does, and drops empty alternatives', () => {
  expect(parseBrowserVariable(`:firefox::"a b" 'c d' e:`, ':')).toEqual([['firefox'], ['a b', 'c d', 'e']])
  expect(parseBrowserVariable('  ', ':')).toEqual([])
})

test.each([
  ['no command can be started', 'https://example.com', { BROWSER: '/no/such/browser' }],
  ['the address is no web address', 'file:///etc/hostname', { BROWSER: process.execPath }],
])('no_browser when %s', async (_, url, env) => {
  await expect(openInBrowser(new URL(url), env)).rejects.toSatisfy((error) => isAuthError(error, 'no_browser'))
})

test('no_browser on a machine without a desktop', async () => {
  await expect(openInBrowser(new URL('https://example.com'), {}, 'linux')).rejects.toSatisfy((error) =>
    isAuthError(error, 'no_browser'),
  )
})

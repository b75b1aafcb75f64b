import { expect, test } from 'vitest'
import { moduleOf } from './docs-blocks.ts'
import { commandFindings, linkFindings } from './docs.ts'
import { anchors, codeBlocks, links } from './markdown.ts'
import { createFixture } from '../test/fixture.ts'

const fence = '```'

test('TypeScript blocks are found with their lines, others are not', () => {
  const text = `# a\n\n${fence}ts\nconst a = 1\n${fence}\n\n${fence}sh\nls\n${fence}\n\n${fence}typescript\nb\n${fence}\n`
  expect(codeBlocks(text)).toEqual([
    { line: 4, code: 'const a = 1', runs: false, continues: false },
    { line: 12, code: 'b', runs: false, continues: false },
  ])
})

test('a mark belongs to the next block only', () => {
  const text = `<!-- run -->\n\n${fence}ts\na\n${fence}\n\n${fence}ts\nb\n${fence}\n`
  expect(codeBlocks(text).map(({ runs }) => runs)).toEqual([true, false])
})

test('a mark with words between it and the block counts for nothing', () => {
  const text = `<!-- run -->\n\nBut first this.\n\n${fence}ts\na\n${fence}\n`
  expect(codeBlocks(text).map(({ runs }) => runs)).toEqual([false])
})

test('a block that continues stands after the ones before it, each line where it is in the document', () => {
  const text = `${fence}ts\nconst a = 1\n${fence}\n\n<!-- continues -->\n\n${fence}ts\na.toFixed()\n${fence}\n`
  const lines = moduleOf(codeBlocks(text)).split('\n')
  expect(lines[1]).toBe('const a = 1')
  expect(lines[7]).toBe('a.toFixed()')
})

test('links outside code are found', () => {
  const text = `[a](b.md) and \`[c](d.md)\`\n${fence}\n[e](f.md)\n${fence}\n[g]: h.md\n`
  expect(links(text)).toEqual([
    { line: 1, target: 'b.md' },
    { line: 5, target: 'h.md' },
  ])
})

test('headings get the anchors GitHub gives them', () => {
  const text = '# The `refresh` protocol!\n## Same\n## Same\n### A [link](x.md)\n'
  expect([...anchors(text)]).toEqual(['the-refresh-protocol', 'same', 'same-1', 'a-link'])
})

test('links to missing files and headings are found, others are fine', () => {
  const { root } = createFixture({ 'README.md': '# Here\n', 'docs/a.md': '# There\n' })
  const good = '[a](docs/a.md) [b](docs/a.md#there) [c](https://example.com/x) [d](#here) [e](docs)'
  const bad = '[a](docs/b.md) [b](docs/a.md#gone) [c](../outside.md)'
  expect(linkFindings(root, { file: 'README.md', text: `# Here\n${good}` })).toEqual([])
  expect(linkFindings(root, { file: 'README.md', text: bad }).map(({ problem }) => problem)).toEqual([
    'links to docs/b.md, which does not exist',
    'links to docs/a.md#gone, but no heading is called that',
    'links to ../outside.md, outside the repository',
  ])
})

test('commands the root does not have are found', () => {
  const workspace = createFixture({ 'package.json': { name: 'fixture', scripts: { test: 'x' } } })
  const text = 'npx -y pnpm@12 test\nnpx -y pnpm@12 install\nnpx -y pnpm@12 tset\n'
  expect(commandFindings(workspace, { file: 'README.md', text })).toEqual([
    { where: 'README.md:3', problem: 'names the command "tset", which the root package.json does not have' },
  ])
})

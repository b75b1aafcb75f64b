import { expect, test } from 'vitest'
import { changeAt } from '../testing/change-at.ts'
import { smallDiscovery } from '../testing/small-discovery.ts'
import { leftOut } from './left-out.ts'

test('what the conversion cannot say is named with where and why', () => {
  const list = ['resources', 'notes', 'methods', 'list', 'supportsMediaDownload']
  const variant = changeAt(smallDiscovery(), ['schemas', 'Person', 'variant'], { discriminant: 'kind' })
  expect(leftOut(changeAt(variant, list, true), 'source.json')).toStrictEqual([
    'Parameters of every method: alt (answers are JSON), key (a credential in an address ends up in logs).',
    'Uploads of media go to another address than the method, and their bodies are no JSON: notes.notes.insert.',
    'Downloads of media answer with the media instead of the schema when alt=media is asked for: notes.notes.list.',
    'Path members that take slashes are written as ordinary ones: notes.notes.drafts.patch.',
    'Schemas whose shape depends on one member have none of these shapes: Person.',
    'Batches are no operation of an API: several requests travel in one body.',
  ])
})

test('a document without any of it leaves nothing out', () => {
  const plain = { kind: 'discovery#restDescription', name: 'notes', rootUrl: 'https://notes.example.com/' }
  expect(leftOut(plain, 'source.json')).toStrictEqual([])
})

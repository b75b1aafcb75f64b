import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/stores/memory.ts'
import type { Store } from '../../src/store.ts'
import { listAll } from '../../src/testing/store-suite/subject.ts'
import { openStore } from './store-kinds.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grantkit-stores-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

// Short keys of characters that mean something to some store: they collide and share prefixes often.
const character = fc.oneof(
  fc.constantFrom('a', 'A', '%', '_', '*', '?', '[', '/', '\\', ':', '.', ' ', '\0', '\n', "'", '"', '{', '}'),
  fc.constantFrom(
    '\u00e9',
    'e\u0301',
    '\ufeff',
    '\uffff',
    '\u{10ffff}',
    '\u{1f600}',
    '\u007f',
    '\u0080',
    '\u07ff',
    '\u0800',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
)
const text = fc.array(character, { maxLength: 4 }).map((characters) => characters.join(''))

const operation = fc.oneof(
  fc.record({
    do: fc.constant('write' as const),
    key: text,
    value: text,
    over: fc.constantFrom('none', 'present', 'old'),
  }),
  fc.record({ do: fc.constant('remove' as const), key: text, over: fc.constantFrom('present', 'old') }),
  fc.record({ do: fc.constant('read' as const), key: text }),
  fc.record({ do: fc.constant('list' as const), prefix: text }),
)
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** What a store is: a map. Versions are compared by the write that gave them. */
interface Model {
  readonly entries: Map<string, { readonly value: string; readonly version: string }>
  readonly oldVersions: string[]
}

async function agree(store: Store, { entries, oldVersions }: Model, operations: readonly Operation[]): Promise<void> {
  for (const step of operations) {
    if (step.do === 'list') {
      const expected = [...entries.keys()].filter((key) => key.startsWith(step.prefix)).toSorted()
      expect((await listAll(store, step.prefix)).toSorted()).toEqual(expected)
      continue
    }
    const { key } = step
    const present = entries.get(key)
    if (step.do === 'read') {
      expect((await store.read(key)).entry).toEqual(present)
      continue
    }
    const old = oldVersions.at(-1) ?? 'never given'
    const versions = { none: null, present: present?.version ?? old, old }
    const ifVersion = versions[step.over as keyof typeof versions]
    const holds = ifVersion === (present?.version ?? null)
    if (step.do === 'remove') {
      expect(await store.remove(key, { ifVersion: ifVersion ?? '' })).toBe(holds ? 'removed' : 'conflict')
      if (holds) entries.delete(key)
    } else {
      const { value } = step
      const result = await store.write(key, value, { ifVersion })
      expect(result).toEqual(holds ? { version: expect.any(String) } : 'conflict')
      if (result !== 'conflict') entries.set(key, { value, version: result.version })
    }
    if (holds && present) oldVersions.push(present.version)
  }
  for (const [key, entry] of entries) expect((await store.read(key)).entry).toEqual(entry)
}

describe('a store', () => {
  const histories = fc.array(operation, { minLength: 1, maxLength: 40 })

  it('in memory behaves as a map with versions, whatever the keys', async () => {
    const checked = fc.assert(
      fc.asyncProperty(histories, (operations) =>
        agree(createMemoryStore(), { entries: new Map(), oldVersions: [] }, operations),
      ),
      { numRuns: 300 },
    )
    await expect(checked).resolves.toBeUndefined()
  })

  for (const kind of ['sqlite', 'file', 'encrypted sqlite', 'encrypted file'] as const) {
    it(`of the kind '${kind}' behaves as a map with versions, whatever the keys`, async () => {
      // One store for all runs: each goes on where the last one ended.
      const store = openStore(kind, join(folder, 'grants'))
      const model: Model = { entries: new Map(), oldVersions: [] }
      const checked = fc.assert(
        fc.asyncProperty(histories, (operations) => agree(store, model, operations)),
        { numRuns: 60, endOnFailure: true },
      )
      await expect(checked).resolves.toBeUndefined()
      await store.close?.()
    })
  }
})

import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../stores/memory.ts'
import { faultyStore } from './faulty-store.ts'
import { recordingStore, type StoreOperation } from './recording-store.ts'

describe('recordingStore', () => {
  it('tells each step with its answer', async () => {
    const operations: StoreOperation[] = []
    const store = recordingStore(createMemoryStore(), (operation) => operations.push(operation))
    const written = await store.write('k', 'v', { ifVersion: null })
    await store.list('k')
    expect(operations).toEqual([
      { step: 'write', key: 'k', value: 'v', ifVersion: null, answer: written, begun: 0, ended: 1 },
      { step: 'list', key: 'k', answer: { keys: ['k'] }, begun: 2, ended: 3 },
    ])
  })

  it('tells a step that rejected, and passes the error on', async () => {
    const operations: StoreOperation[] = []
    const error = new Error('cut off')
    const inner = faultyStore(createMemoryStore(), [{ step: 'remove', effect: 'apply-then-throw', error }])
    const store = recordingStore(inner, (operation) => operations.push(operation))
    await expect(store.remove('k', { ifVersion: 'x' })).rejects.toBe(error)
    expect(operations).toEqual([{ step: 'remove', key: 'k', ifVersion: 'x', error, begun: 0, ended: 1 }])
  })

  it('shows which steps overlapped', async () => {
    const operations: StoreOperation[] = []
    const held = Promise.withResolvers<void>()
    const inner = faultyStore(createMemoryStore(), [{ step: 'read', key: 'slow', before: () => held.promise }])
    const store = recordingStore(inner, (operation) => operations.push(operation))
    const slow = store.read('slow')
    await store.read('quick')
    held.resolve()
    await slow
    expect(operations.map(({ key, begun, ended }) => [key, begun, ended])).toEqual([
      ['quick', 1, 2],
      ['slow', 0, 3],
    ])
  })
})

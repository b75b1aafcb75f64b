import { describe, expect, it } from 'vitest'
import { createIncomingBody } from './incoming-body.ts'

const kib = 1024

/** A body whose sender notes what it is told. */
function incoming() {
  const told: string[] = []
  const body = createIncomingBody({
    pause: () => void told.push('pause'),
    resume: () => void told.push('resume'),
    abort: (reason) => void told.push(`abort ${String(reason)}`),
  })
  const push = (bytes: number): void => body.push(Buffer.alloc(bytes))
  return { body, told, push }
}

describe('a body that comes in', () => {
  it('is held up to 64 KiB while nobody reads it, then its sender waits', () => {
    const { told, push } = incoming()
    push(64 * kib)
    expect(told).toEqual([])
    push(1)
    expect(told).toEqual(['pause'])
  })

  it('comes on when it is read as a whole, however large it is', async () => {
    const { body, told, push } = incoming()
    push(100 * kib)
    const whole = body.whole()
    expect(told).toEqual(['pause', 'resume'])
    push(500 * kib)
    body.end()
    expect((await whole).length).toBe(600 * kib)
    expect(told).toEqual(['pause', 'resume'])
  })

  it('comes no faster than its stream is read', async () => {
    const { body, told, push } = incoming()
    push(10)
    const reader = body.stream().getReader()
    await reader.read()
    expect(new Set(told.splice(0))).toEqual(new Set(['resume']))
    push(64 * kib)
    expect(told.splice(0)).toEqual(['pause'])
    await reader.read()
    expect(told.splice(0)).toEqual(['resume'])
    body.end()
    expect((await reader.read()).done).toBe(true)
  })

  it('tells its sender that a reader cancelled, and takes no more', async () => {
    const { body, told, push } = incoming()
    await body.stream().cancel('enough')
    push(200 * kib)
    body.end()
    body.fail(new Error('late'))
    expect(told.at(-1)).toBe('abort enough')
  })

  it('that has ended is whole at once, also without a byte', async () => {
    const { body, push } = incoming()
    push(3)
    body.end()
    expect((await body.whole()).length).toBe(3)
    const empty = incoming().body
    empty.end()
    expect((await empty.whole()).length).toBe(0)
  })

  it('that broke off fails whoever reads it, before or after', async () => {
    const cut = new Error('cut')
    for (const read of ['whole', 'stream'] as const) {
      const early = incoming().body
      const reading = readAll(early, read)
      early.fail(cut)
      await expect(reading).rejects.toBe(cut)
      const late = incoming().body
      late.push(Buffer.from('x'))
      late.fail(cut)
      await expect(readAll(late, read)).rejects.toBe(cut)
    }
  })
})

function readAll(body: ReturnType<typeof createIncomingBody>, how: 'whole' | 'stream'): Promise<unknown> {
  return how === 'whole' ? body.whole() : new Response(body.stream()).text()
}

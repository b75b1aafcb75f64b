import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { call, refresh, signIn } from '../../test/play-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'
import { keepInFile } from './state-file.ts'

let folder: string
let path: string
let problems: string[]
const open: Sandbox[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-state-'))
  path = join(folder, 'state.json')
  problems = []
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()))
  rmSync(folder, { recursive: true, force: true })
})

function start(seed?: string): Sandbox {
  const sandbox = createSandbox(seed === undefined ? {} : { seed })
  keepInFile(sandbox, { path, onProblem: (message) => problems.push(message), ...(seed === undefined ? {} : { seed }) })
  open.push(sandbox)
  return sandbox
}

const read = (): string => readFileSync(path, 'utf8')

describe('a state file', () => {
  test('carries grants, faults and ledger from one sandbox to the next', async () => {
    const first = start('carried')
    const tokens = await signIn(first)
    first.control.faults.add({ match: { operation: 'listCallQueues' }, type: 'server_error' })
    await first.close()

    const second = start()
    expect(second.control.ledger.entries()).toHaveLength(3)
    const queues = () => call(second, tokens.access, 'GET', '/call-queues?accountKey=1234567890')
    expect([(await queues()).status, (await queues()).status]).toEqual([503, 200])
    expect((await refresh(second, tokens.refresh)).status).toBe(200)
    expect(problems).toEqual([])
  })

  test('is written soon after a call, for its owner alone', async () => {
    const sandbox = start()
    await signIn(sandbox)
    await vi.waitFor(() => expect(existsSync(path)).toBe(true))
    const copy = createSandbox()
    copy.restore(JSON.parse(read()))
    expect(copy.control.ledger.entries()).toEqual(sandbox.control.ledger.entries())
    expect(statSync(path).mode & 0o077).toBe(0)
  })

  test('that is broken is kept aside as it is, and never overwritten', async () => {
    for (const [number, text] of ['{"format":', 'null', '{"format":"grantkit-sandbox-state","version":1}'].entries()) {
      writeFileSync(path, text)
      await start().close()
      const aside = `${path}.broken-${number + 1}`
      expect(readFileSync(aside, 'utf8')).toBe(text)
      expect(problems.at(-1)).toContain(`It was kept as ${aside}`)
      expect(JSON.parse(read())).toMatchObject({ version: 1 })
    }
  })

  test('of another version is refused, and stays as it is', () => {
    const text = '{"format":"grantkit-sandbox-state","version":2,"seed":"x"}'
    writeFileSync(path, text)
    expect(() => start()).toThrow(expect.objectContaining({ code: 'state_version' }))
    expect(read()).toBe(text)
    expect(readdirSync(folder)).toEqual(['state.json'])
  })

  test('of another seed is refused', async () => {
    await start('one').close()
    expect(() => start('other')).toThrow(expect.objectContaining({ code: 'state_seed' }))
    expect(start('one').snapshot().seed).toBe('one')
  })

  test('that cannot be read or written is refused with its name', () => {
    for (const wrong of [folder, join(folder, 'nowhere', 'state.json')]) {
      path = wrong
      expect(() => start()).toThrow(
        expect.objectContaining({ code: 'state_unusable', message: expect.stringContaining(wrong) }),
      )
    }
  })

  test('that can no longer be written says so, and the sandbox goes on', async () => {
    const sandbox = start()
    rmSync(folder, { recursive: true })
    await signIn(sandbox)
    await vi.waitFor(() => expect(problems).toHaveLength(1))
    expect(problems[0]).toContain(`could not be written to ${path}`)
    expect((await signIn(sandbox)).access).not.toBe('')
    await sandbox.close()
  })
})

describe('two sandboxes on one state file', () => {
  test('are one too many', async () => {
    const first = start()
    expect(() => start()).toThrow(
      expect.objectContaining({ code: 'state_in_use', message: expect.stringContaining(`Process ${process.pid}`) }),
    )
    await first.close()
    await start().close()
    expect(readdirSync(folder)).toEqual(['state.json'])
  })

  test('are none if the first has died', () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    writeFileSync(`${path}.lock`, String(pid))
    start()
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(String(process.pid))
  })

  test('are none if the first had the number of this process, as the one before in a container', () => {
    writeFileSync(`${path}.lock`, String(process.pid))
    start()
    expect(() => start()).toThrow(expect.objectContaining({ code: 'state_in_use' }))
  })

  test('are not told apart by a lock that says nothing', () => {
    writeFileSync(`${path}.lock`, 'x')
    start()
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(String(process.pid))
  })
})

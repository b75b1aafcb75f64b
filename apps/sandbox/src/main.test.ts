import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parseArguments } from './parse-arguments.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  return { child, output, ended: once(child, 'exit').then(([code]) => code as number | null) }
}

test('the command prints where everything is, answers there, and ends on a signal', async () => {
  const { child, output, ended } = start(['goto', '--port', '0', '--seed', 'x', '--rotation', 'grace:60,1'], {
    NO_COLOR: '1',
  })
  while (!output.stdout.includes('Ctrl+C')) await once(child.stdout, 'data')
  expect(output.stdout).toContain('sandbox-client, secret sandbox-secret')
  expect(output.stdout).toContain('grace 60 s, 1 uses')
  expect(output.stdout).not.toContain('\u001B')

  const command = /curl -s (\S+)/.exec(output.stdout)?.[1] ?? ''
  expect(await (await fetch(command)).json()).toMatchObject({ calls: 0 })
  const signIn = /Sign in\s+(\S+)/.exec(output.stdout)?.[1] ?? ''
  expect((await fetch(signIn)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(output.stderr).toBe('')
})

test('a mistake on the command line ends with 2 and says what is known', async () => {
  const { output, ended } = start(['google'])
  expect(await ended).toBe(2)
  expect(output.stderr).toContain('Unknown vendor "google". Known: goto.')
  expect(output.stdout).toBe('')
})

test('a port in use ends with 2 and says what to do', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { output, ended } = start(['--port', String((taken.address() as AddressInfo).port)])
  expect(await ended).toBe(2)
  expect(output.stderr).toMatch(/Port \d+ is in use\. Choose another one/)
  taken.close()
})

test.each([
  [['--bogus'], /Unknown option '--bogus'/],
  [['goto', 'goto'], /One vendor at a time/],
  [['--port', 'x'], /--port must be/],
  [['--port', '65536'], /--port must be/],
  [['--port'], /--port/],
  [['--seed', ''], /--seed must not be empty/],
  [['--rotation', 'sideways'], /--rotation is none/],
])('%j is a mistake', (args, mistake) => {
  expect(parseArguments(args)).toEqual({ mistake: expect.stringMatching(mistake) as string })
})

test('without arguments the defaults hold', () => {
  expect(parseArguments([])).toEqual({ port: 4747, seed: 'grantkit', rotation: 'sometimes' })
  expect(parseArguments(['--help', '--port', 'x'])).toEqual({ help: true })
})

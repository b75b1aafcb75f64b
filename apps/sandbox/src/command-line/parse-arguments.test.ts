import { describe, expect, test } from 'vitest'
import { parseArguments } from './parse-arguments.ts'

describe('the command line', () => {
  test('may be empty: then everything is played', () => {
    expect(parseArguments([])).toEqual({ vendors: [], port: 4747, exposed: false, faults: [] })
    expect(parseArguments(['--help', '--port', 'x'])).toEqual({ help: true })
  })

  test('names vendors, a seed, a state and a rotation', () => {
    const words = ['google', 'goto', '--port', '1', '--seed', 's', '--state', 'f', '--rotation', 'grace:60,1']
    expect(parseArguments([...words, '--host', '::', '--expose'])).toEqual({
      vendors: ['google', 'goto'],
      port: 1,
      seed: 's',
      state: 'f',
      rotation: { grace: { seconds: 60, uses: 1 } },
      host: '::',
      exposed: true,
      faults: [],
    })
  })

  test('orders faults, by type and by what they strike', () => {
    const parsed = parseArguments([
      '--fault',
      'rate_limited operation=listEvents account=1234567890 times=3 processed=true',
      '--fault',
      ' kind=api  delayMs=1000 times=always ',
    ])
    expect(parsed).toMatchObject({
      faults: [
        {
          type: 'rate_limited',
          match: { operation: 'listEvents', account: '1234567890' },
          times: 3,
          processed: true,
        },
        { match: { kind: 'api' }, delayMs: 1000, times: 'always' },
      ],
    })
  })

  test('runs a command with whatever arguments it takes', () => {
    expect(parseArguments(['exec', 'goto', '--', 'node', '--port', 'x', '--', 'exec'])).toMatchObject({
      vendors: ['goto'],
      port: 0,
      command: ['node', '--port', 'x', '--', 'exec'],
    })
  })
})

test.each([
  [['--bogus'], /Unknown option '--bogus'/],
  [['goto', 'gogle'], /Unknown vendor "gogle"/],
  [['--port', 'x'], /--port must be/],
  [['--port', '65536'], /--port must be/],
  [['--port'], /--port/],
  [['--seed', ''], /--seed must not be empty/],
  [['--state', ''], /--state must not be empty/],
  [['--rotation', 'sideways'], /--rotation is none/],
  [['--rotation', '{}'], /--rotation is none/],
  [['--fault', 'lost operation'], /"operation" in --fault is no name=value/],
  [['exec'], /exec needs a command/],
  [['exec', '--'], /exec needs a command/],
  [['exec', 'node'], /Unknown vendor "node"/],
  [['--', 'node'], /is for exec/],
])('%j is a mistake', (args, mistake) => {
  expect(parseArguments(args)).toEqual({ mistake: expect.stringMatching(mistake) as string })
})

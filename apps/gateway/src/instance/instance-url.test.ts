import { describe, expect, it } from 'vitest'
import { faultOfInstanceUrl } from './instance-url.ts'

const loopback = ['http://127.0.0.1:4747', 'http://localhost:4747', 'https://[::1]/open/api']
const hostile = [
  'your-instance.carthooks.com',
  'http://your-instance.carthooks.com',
  'ftp://your-instance.carthooks.com',
  'unix:/var/run/docker.sock',
  'http+unix://%2Fvar%2Frun%2Fdocker.sock',
  'https://user:password@carthooks.example.com',
  'https://your-instance.carthooks.com/?a=1',
  'https://your-instance.carthooks.com/#a',
  'https://127.0.0.1',
  'https://0177.0.0.1',
  'https://0x7f.1',
  'https://2130706433',
  'https://127.1',
  'https://0',
  'https://[::ffff:127.0.0.1]',
  'https://169.254.169.254',
  'https://8.8.8.8',
  'https://intranet',
  'https://app.localhost',
  'https://１２７.0.0.1',
]

describe('the address of an instance', () => {
  it.each(['https://your-instance.carthooks.com', 'https://carthooks.example.com:8443/open/api'])(
    'may be %s',
    (url) => {
      expect(faultOfInstanceUrl(url, { allowLoopback: false })).toBeUndefined()
    },
  )
  it.each([...hostile, ...loopback])('may not be %s', (url) => {
    expect(faultOfInstanceUrl(url, { allowLoopback: false })).toEqual(expect.any(String))
  })
  it.each(loopback)('may be %s beside a sandbox', (url) => {
    expect(faultOfInstanceUrl(url, { allowLoopback: true })).toBeUndefined()
  })
  it.each(hostile.filter((url) => !/localhost$|\/127\.0\.0\.1|0177|0x7f|2130706433|127\.1|１２７/.test(url)))(
    'may not be %s beside a sandbox either',
    (url) => {
      expect(faultOfInstanceUrl(url, { allowLoopback: true })).toEqual(expect.any(String))
    },
  )
})

import { describe, expect, it } from 'vitest'
import { areNetworks, createReadClientOrigin } from './client-origin.ts'

const read = createReadClientOrigin(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32'])
const forwarded = (chain: string, proto?: string): Headers =>
  new Headers({ 'x-forwarded-for': chain, ...(proto === undefined ? {} : { 'x-forwarded-proto': proto }) })

describe('the address and scheme of a caller', () => {
  it.each([
    ['of a peer that is nobody we know', '203.0.113.9', forwarded('127.0.0.1', 'https'), { address: '203.0.113.9' }],
    ['of a listed proxy', '10.1.2.3', forwarded('203.0.113.9', 'https'), { address: '203.0.113.9', scheme: 'https' }],
    ['of a proxy written as IPv4 in IPv6', '::ffff:10.1.2.3', forwarded('203.0.113.9'), { address: '203.0.113.9' }],
    ['of an IPv6 proxy', '2001:db8::5', forwarded('2001:4860::1'), { address: '2001:4860::1' }],
    ['of proxies behind each other', '10.1.2.3', forwarded('203.0.113.9, 192.0.2.7'), { address: '203.0.113.9' }],
    ['that a caller has put in front', '10.1.2.3', forwarded('127.0.0.1, 203.0.113.9'), { address: '203.0.113.9' }],
    ['that is no address', '10.1.2.3', forwarded('203.0.113.9, unknown'), { address: '10.1.2.3' }],
    ['of a proxy that says nothing', '10.1.2.3', new Headers(), { address: '10.1.2.3' }],
    ['of a call from within', '10.1.2.3', forwarded('10.9.9.9'), { address: '10.9.9.9' }],
    ['that stands in Forwarded alone', '10.1.2.3', new Headers({ forwarded: 'for=1.1.1.1' }), { address: '10.1.2.3' }],
  ])('%s', (_, peer, headers, expected) => {
    expect(read(peer, headers)).toEqual(expected)
  })

  it('is the last word of the nearest proxy about the scheme', () => {
    expect(read('10.1.2.3', forwarded('203.0.113.9', 'https, HTTP')).scheme).toBe('http')
  })

  it('is unknown without a socket', () => {
    expect(read(undefined, forwarded('203.0.113.9'))).toEqual({})
  })

  it('is believed of nobody where nobody is listed', () => {
    expect(createReadClientOrigin([])('127.0.0.1', forwarded('203.0.113.9'))).toEqual({ address: '127.0.0.1' })
  })
})

describe('a list of networks', () => {
  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0', 'front.example.com', '::/129', '10.0.0.0/-1', ''])(
    'does not take %j',
    (network) => {
      expect(areNetworks([network])).toBe(false)
    },
  )
  it.each(['10.0.0.0/8', '127.0.0.1', '::1', 'fd00::/8'])('takes %j', (network) => {
    expect(areNetworks([network])).toBe(true)
  })
})

import { type KeyObject, sign } from 'node:crypto'

const algorithm = der(0x30, Buffer.from('06092a864886f70d01010b0500', 'hex'))
const commonName = Buffer.from('0603550403', 'hex')
const name = der(0x30, der(0x31, der(0x30, commonName, der(0x0c, Buffer.from('sandbox')))))
const validity = der(0x30, ...['250101000000Z', '491231235959Z'].map((time) => der(0x17, Buffer.from(time))))

/** Makes a certificate of a key, as PEM: version 1 (RFC 5280), for whoever reads keys from certificates only. */
export function certify(pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }): string {
  const serialNumber = der(0x02, Buffer.from([1]))
  const key = pair.publicKey.export({ type: 'spki', format: 'der' })
  const toBeSigned = der(0x30, serialNumber, algorithm, name, validity, name, key)
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toBeSigned, pair.privateKey))
  const base64 = der(0x30, toBeSigned, algorithm, signature).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`
}

/** Writes a value of ASN.1 in its distinguished encoding: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  const size = length < 0x80 ? [length] : long
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

/** Takes a JWT apart and tells whether the key signed it. Knows the algorithms by the key, as a careful server does. */
export async function decodeJwt(
  jwt: string,
  publicKey: CryptoKey,
): Promise<{ header: Record<string, unknown>; claims: Record<string, unknown>; signed: boolean }> {
  const [header = '', claims = '', signature = ''] = jwt.split('.')
  const signed = await crypto.subtle.verify(
    { name: publicKey.algorithm.name, hash: 'SHA-256', saltLength: 32 },
    publicKey,
    Buffer.from(signature, 'base64url'),
    new TextEncoder().encode(`${header}.${claims}`),
  )
  return { header: parse(header), claims: parse(claims), signed }
}

function parse(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
}

/** Signs claims as they are, however wrong. A key of no kind: an empty signature. */
export async function signJwt(
  header: Record<string, unknown>,
  claims: Record<string, unknown>,
  privateKey?: CryptoKey,
): Promise<string> {
  const input = `${encode(header)}.${encode(claims)}`
  if (privateKey === undefined) return `${input}.`
  const signature = await crypto.subtle.sign(
    { name: privateKey.algorithm.name, hash: 'SHA-256', saltLength: 32 },
    privateKey,
    new TextEncoder().encode(input),
  )
  return `${input}.${Buffer.from(signature).toString('base64url')}`
}

function encode(part: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

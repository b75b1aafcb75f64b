/** The vendors that can be played. */
export const vendorIds = ['goto', 'google', 'carthooks'] as const

export type VendorId = (typeof vendorIds)[number]

/** The vendor of an account or a client that may leave it out. */
export function vendorOf({ vendor = 'goto' }: { readonly vendor?: VendorId }): VendorId {
  return vendor
}

const hostNames: Readonly<Record<string, VendorId>> = {
  goto: 'goto',
  getgo: 'goto',
  jive: 'goto',
  google: 'google',
  googleapis: 'google',
  carthooks: 'carthooks',
}

/** The vendor that a host belongs to by its name; none where it may be anybody's, such as 127.0.0.1. */
export function vendorOfHost(hostname: string): VendorId | undefined {
  const label = hostname.split('.').find((each) => Object.hasOwn(hostNames, each))
  return label === undefined ? undefined : hostNames[label]
}

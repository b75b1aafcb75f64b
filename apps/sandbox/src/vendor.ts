/** The vendors that can be played. */
export const vendorIds = ['goto', 'google', 'carthooks'] as const

export type VendorId = (typeof vendorIds)[number]

/** The vendor of an account or a client that may leave it out. */
export function vendorOf({ vendor = 'goto' }: { readonly vendor?: VendorId }): VendorId {
  return vendor
}

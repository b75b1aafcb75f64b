/** The value that this share of the values does not exceed; 0.5 gives the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

export const inGroups = (count: number): string => Math.round(count).toLocaleString('en')
export const asRatio = (ratio: number): string => `${ratio.toFixed(2)}×`
export const withSign = (value: number, digits: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`

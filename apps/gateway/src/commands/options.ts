import { idPattern } from '../model/records.ts'
import { providerIds, type ProviderId } from '../model/tenants.ts'
import { UsageError } from './command.ts'

export function nameOf(option: string, value: string | undefined): string {
  if (value !== undefined && idPattern.test(value)) return value
  throw new UsageError(`${option} takes a name of letters, digits, ".", "_" and "-".`)
}

export function providerOf(name: string): ProviderId {
  const found = providerIds.find((id) => id === name)
  if (found !== undefined) return found
  throw new UsageError(`--provider is one of ${providerIds.join(', ')}.`)
}

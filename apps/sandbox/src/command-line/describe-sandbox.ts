import { styleText } from 'node:util'
import type { Sandbox } from '../sandbox.ts'
import { type VendorId, vendorOf } from '../vendor.ts'
import { vendorFacts } from './played-vendors.ts'

const bold = (text: string): string => styleText('bold', text, { stream: process.stdout })
const dim = (text: string): string => styleText('dim', text, { stream: process.stdout })

/** Says where everything is, who may ask, and what to try first. */
export function describeSandbox(origin: string, vendors: readonly VendorId[], sandbox: Sandbox): string {
  const names = vendors.map((vendor) => vendorFacts[vendor].name)
  const ledger = `${origin}/__sandbox/ledger/summary`
  const sections = [
    bold(`${new Intl.ListFormat('en').format(names)}, played on this computer`),
    ...vendors.map((vendor) => `${bold(vendorFacts[vendor].name)}\n${table(rowsOf(vendor, origin, sandbox))}`),
    table([
      ['Control', `${origin}/__sandbox/`],
      ['Inspector', `${origin}/__sandbox/inspector/`],
      ['What happened', `curl -s ${ledger}`],
    ]),
    dim('Stop with Ctrl+C.'),
  ]
  return `${sections.join('\n\n')}\n`
}

type Row = readonly [label: string, value: string]

function rowsOf(vendor: VendorId, origin: string, { control }: Sandbox): Row[] {
  const { clients, places, signIn, curl } = vendorFacts[vendor]
  const accounts = control.accounts.list().filter((account) => vendorOf(account) === vendor)
  return [
    ...Object.entries(places).map(([label, path]): Row => [label, origin + path]),
    ...clients.map(({ id, secret = '' }): Row => ['Client', `${id}, secret ${secret}`]),
    ['Accounts', accounts.map(({ accountKey, principal }) => `${accountKey} (${principal})`).join(', ')],
    ...(signIn === undefined ? [] : [['Sign in', origin + signIn] as const]),
    ['Try', `curl -s ${origin}${curl}`],
  ]
}

function table(rows: readonly Row[]): string {
  return rows.map(([label, value]) => `  ${dim(label.padEnd(14))}${value}`).join('\n')
}

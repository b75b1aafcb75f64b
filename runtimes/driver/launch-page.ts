import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { chromium, type Browser } from 'playwright-core'
import type { TestResult } from '../core-suite/harness.ts'
import type { Setting } from '../core-suite/setting.ts'
import { limitMs, type Launch } from './launch.ts'

const program = '/usr/bin/chromium'

// It asks nobody but us.
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Launches Debian's Chromium, with an empty profile; the suite runs in a page of the sandbox's origin. */
export const launchPage: Launch = async (bundle, setting) => {
  if (!existsSync(program)) throw new Error(`${program} is missing. Install it: apt-get install chromium`)
  const browser = await chromium.launch({ executablePath: program, args: flags })
  const limit = setTimeout(() => void browser.close(), limitMs)
  try {
    return { version: browser.version(), ...(await runInPage(browser, await readFile(bundle.module, 'utf8'), setting)) }
  } finally {
    clearTimeout(limit)
    await browser.close()
  }
}

async function runInPage(browser: Browser, code: string, setting: Setting) {
  const page = await browser.newPage()
  const [output, complaints]: [string[], string[]] = [[], []]
  page.on('console', (message) => output.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(`${setting.sandbox}/__sandbox/`)
  const suite = await page.evaluate(importAndRun, { code, setting })
  return { suite, output: output.join('\n'), complaints: complaints.join('\n') }
}

/** Runs in the page. */
async function importAndRun({ code, setting }: { code: string; setting: Setting }): Promise<readonly TestResult[]> {
  const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  const { runSuite } = (await import(address)) as typeof import('../core-suite/run-suite.ts')
  return runSuite(setting)
}

import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'

export interface WatchedPage {
  readonly page: Page
  /** Errors of scripts, what a content security policy has stopped, and requests to anybody else. */
  readonly complaints: readonly string[]
}

/** Opens a page that may ask these origins alone. */
export async function openWatchedPage(browser: Browser, origins: readonly string[]): Promise<WatchedPage> {
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // Refused answers are part of the play.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return
    complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (![...origins, 'data:'].some((ours) => request.url().startsWith(ours))) complaints.push(`asked ${request.url()}`)
  })
  return { page, complaints }
}

/** Fails with what a page complained of. */
export function expectQuiet(complaints: readonly string[]): void {
  expect(complaints).toEqual([])
}

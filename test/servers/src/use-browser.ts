import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { launchChromium, startCallbackPage, type CallbackPage } from './chromium.ts'
import { expectQuiet, openWatchedPage } from './watched-page.ts'

/** The browser of a test file. */
export interface TestBrowser {
  /** Opens the page of a test. It may ask these origins alone, and has to stay quiet until the test is over. */
  open(origins: readonly string[]): Promise<Page>
  /** Says that complaints with these words are part of the test. */
  forgive(words: string): void
}

/** Gives the tests of a file one Chromium, and each of them a page of its own in an empty profile. */
export function useBrowser(): TestBrowser {
  let browser: Browser
  let page: Page | undefined
  let complaints: readonly string[] = []

  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())
  afterEach(async () => {
    await page?.close()
    expectQuiet(complaints)
    page = undefined
    complaints = []
  })

  return {
    async open(origins) {
      const watched = await openWatchedPage(browser, origins)
      page = watched.page
      complaints = watched.complaints
      return page
    },
    forgive(words) {
      complaints = complaints.filter((each) => !each.includes(words))
    },
  }
}

/** Gives the tests of a file one place that a sign-in sends the browser back to. */
export function useCallbackPage(): Pick<CallbackPage, 'uri'> {
  let callback: CallbackPage
  beforeAll(async () => {
    callback = await startCallbackPage()
  })
  afterAll(() => callback[Symbol.asyncDispose]())
  return {
    get uri() {
      return callback.uri
    },
  }
}

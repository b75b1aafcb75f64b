import { notFoundKey, wordError } from './carthooks/envelope.ts'
import { type Answer, jsonAnswer } from './call.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { VendorId } from './vendor.ts'

const message = 'There is nothing at this path.'

/** The shape of GoTo's edge, for addresses of nobody, too. */
const wordPlainly = (): Answer => jsonAnswer(404, { errorCode: 'NOT_FOUND', message }, { error: 'NOT_FOUND' })

/** Google's front end sends a page, whoever asks; programs that expect JSON stumble over it. */
function showPage(): Answer {
  const headers = { 'content-type': 'text/html; charset=UTF-8' }
  const text = `<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)</title><p>${message}</p></html>\n`
  return { status: 404, headers, text }
}

const words: Readonly<Record<VendorId, (random: SeededRandom) => Answer>> = {
  goto: wordPlainly,
  google: showPage,
  // Of its other paths nothing is known.
  carthooks: (random) => wordError(404, { key: notFoundKey, message }, random),
}

/** Answers an address of a vendor, or of nobody, at which no API and no authorization server is. */
export function answerNothingHere(vendor: VendorId | undefined, random: SeededRandom): Answer {
  return vendor === undefined ? wordPlainly() : words[vendor](random)
}

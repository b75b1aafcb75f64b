import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { html } from './html.ts'
import { renderErrorPage, renderPage } from './page.ts'

test('a page allows its own style and nothing else', () => {
  const { headers, text = '' } = renderPage({ name: 'any', title: 'Any', body: html`<h1>Any</h1>` })
  const [, style = ''] = /<style>(.*)<\/style>/s.exec(text) ?? []
  const hash = createHash('sha256').update(style).digest('base64')
  expect(headers?.['content-security-policy']).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
  )
  expect(text.match(/<style/g)).toHaveLength(1)
})

test('an error page tells what is wrong, to everybody and to the ledger', () => {
  const { status, error, text } = renderErrorPage(400, 'invalid_request', 'It is <too> late.')
  expect({ status, error }).toEqual({ status: 400, error: 'invalid_request' })
  expect(text).toContain('<p role="alert">It is &#60;too&#62; late.</p>')
})

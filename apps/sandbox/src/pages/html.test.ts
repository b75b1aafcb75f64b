import { expect, test } from 'vitest'
import { html } from './html.ts'

test('text stays text, in an element and in an attribute', () => {
  const text = `<img src=x onerror='alert("1")'>&amp;`
  const { markup } = html`<p title="${text}">${text}</p>`
  expect(markup.replace(/^<p title="|">|<\/p>$/g, '')).not.toMatch(/[<>"']/)
  expect(markup).toContain('&#38;amp;')
})

test('HTML, lists of it and nothing are taken as they are', () => {
  const items = ['a', 'b'].map((each) => html`<li>${each}</li>`)
  const { markup } = html`<ul>
    ${items}
  </ul>`
  expect(markup.replaceAll(/\s/g, '')).toBe('<ul><li>a</li><li>b</li></ul>')
  expect(html`<p>${undefined}</p>`.markup).toBe('<p></p>')
})

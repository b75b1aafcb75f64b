import { describe, expect, it } from 'vitest'
import { openBench } from './bench.ts'

describe('/docs', () => {
  it('is made of files that are all here', async () => {
    const bench = await openBench()
    const page = await bench.call('GET', '/docs')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const text = await page.text()
    const files = [...text.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, file = '']) => file)
    expect(files).toEqual(['/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/docs/start.js'])
    for (const file of files) {
      const answer = await bench.call('GET', file)
      expect([file, answer.status, (await answer.text()).length > 50]).toEqual([file, 200, true])
    }
    expect(text).not.toMatch(/https?:/)
  })

  it('gives no other file', async () => {
    const bench = await openBench()
    for (const name of ['package.json', 'swagger-ui.js.map', 'constructor', 'index.js', '__proto__']) {
      expect((await bench.call('GET', `/docs/${name}`)).status, name).toBe(404)
    }
  })

  it('shows a document in which every route stands', async () => {
    const bench = await openBench()
    const document = (await (await bench.call('GET', '/openapi.json')).json()) as {
      paths: Record<string, Record<string, unknown>>
    }
    const written = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const served = bench.app.routes.map(({ method, path }) => `${method} ${path.replace('/*', '/{path}')}`)
    expect(new Set(written)).toEqual(new Set(served))
  })

  it('is where /redoc leads', async () => {
    const bench = await openBench()
    const answer = await bench.call('GET', '/redoc')
    expect([answer.status, answer.headers.get('location')]).toEqual([308, '/docs'])
  })
})

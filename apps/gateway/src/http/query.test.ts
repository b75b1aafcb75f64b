import { describe, expect, it } from 'vitest'
import { hasParameter, valuesOf, withoutParameters, withParameter } from './query.ts'

describe('a query', () => {
  it('finds a parameter however its name is encoded', () => {
    expect(hasParameter('?a=1&access%5Ftoken=x', 'access_token')).toBe(true)
    expect(hasParameter('?a=access_token', 'access_token')).toBe(false)
    expect(hasParameter('', 'access_token')).toBe(false)
  })

  it('gives all values of a parameter', () => {
    expect(valuesOf('?a=1&b=2&a=%20', 'a')).toEqual(['1', ' '])
  })

  it('keeps order, duplicates and spelling of what stays', () => {
    expect(withoutParameters('?b=%2f&session_id=x&b=+&&c', ['session_id'])).toBe('?b=%2f&b=+&&c')
    expect(withoutParameters('?session_id=x', ['session_id'])).toBe('')
  })

  it('adds a parameter at the end', () => {
    expect(withParameter('', 'accountKey', '1')).toBe('?accountKey=1')
    expect(withParameter('?a=1', 'accountKey', 'x&y')).toBe('?a=1&accountKey=x%26y')
  })
})

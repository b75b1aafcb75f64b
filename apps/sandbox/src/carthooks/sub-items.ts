import { type Json, pathOf } from '../api/handler.ts'
import { notFound } from '../api/vendor-refusal.ts'
import { isObject } from '../check-option.ts'
import { type CarthooksAsk, type CarthooksHandlers, done, requireItem } from './carthooks-ask.ts'
import { dataOf, replaceItem } from './items.ts'

/** What a subform field holds: how the vendor shows it is not known, here it is a list of objects with an id. */
export const subItemHandlers: CarthooksHandlers = {
  createSubItem(ask) {
    keep(ask, [...subItems(ask), { ...dataOf(ask), id: ask.tenant.nextId('sub-item') }])
    return done()
  },

  updateSubItem(ask) {
    const { id } = requireSubItem(ask)
    keep(
      ask,
      subItems(ask).map((each) => (each.id === id ? { ...each, ...dataOf(ask), id } : each)),
    )
    return done()
  },

  deleteSubItem(ask) {
    const { id } = requireSubItem(ask)
    keep(
      ask,
      subItems(ask).filter((each) => each.id !== id),
    )
    return done()
  },
}

function fieldKey(ask: CarthooksAsk): string {
  return `f_${pathOf(ask, 'fieldId')}`
}

function subItems(ask: CarthooksAsk): Json[] {
  const value = requireItem(ask).fields[fieldKey(ask)]
  return Array.isArray(value) ? value.filter(isObject) : []
}

function requireSubItem(ask: CarthooksAsk): Json {
  const found = subItems(ask).find(({ id }) => String(id) === pathOf(ask, 'subItemId'))
  if (found === undefined) throw notFound()
  return found
}

function keep(ask: CarthooksAsk, value: readonly Json[]): void {
  const item = requireItem(ask)
  replaceItem(ask, { ...item, fields: { ...item.fields, [fieldKey(ask)]: value } })
}

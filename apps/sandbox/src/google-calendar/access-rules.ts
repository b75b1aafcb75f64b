import type { Told } from '../api/api-service.ts'
import { bodyOf, compact, type Json, noContent, pathOf } from '../api/handler.ts'
import { isObject } from '../check-option.ts'
import { openCalendar } from './access.ts'
import { type Ask, type CalendarHandlers, checkVersion, tell } from './ask.ts'
import { forbidden, invalidBody, notFound, required } from './calendar-refusal.ts'
import { type Calendar, roles, type Rule } from './calendar-state.ts'
import type { Shelved } from './shelf.ts'
import { tellList } from './tell-list.ts'

const scopeTypes = ['default', 'user', 'group', 'domain']

export const accessRuleHandlers: CalendarHandlers = {
  listAclRules(ask) {
    const { rules } = openCalendar(ask, 'owner').calendar
    return tellList(
      ask,
      { kind: 'calendar#acl', etag: rules.etag() },
      {
        topic: rules.topic,
        defaultSize: 100,
        maxSize: 250,
        validSince: 0,
        notWithSyncToken: [],
        keptBySyncToken: [],
        isSyncable: () => true,
        rows: (query, withDeleted) =>
          rules
            .all()
            .filter((rule) => withDeleted || query.showDeleted === true || !isDeleted(rule))
            .map((rule) => ({
              id: rule.id,
              version: rule.version,
              isDeleted: isDeleted(rule),
              show: () => showRule(rule),
            })),
        gone: (id) => ({ kind: 'calendar#aclRule', id, role: 'none' }),
      },
    )
  },

  createAclRule(ask) {
    const { calendar } = openCalendar(ask, 'owner')
    const { role, scope } = bodyOf(ask)
    return save(ask, calendar, { role: readRole(role), scope: readScope(scope) })
  },

  getAclRule(ask) {
    const { rule } = requireRule(ask)
    return tell(ask, rule.etag, showRule(rule))
  },

  replaceAclRule: change,

  updateAclRule: change,

  deleteAclRule(ask) {
    const { calendar, rule } = requireRule(ask)
    checkVersion(ask, rule.etag)
    save(ask, calendar, { ...rule.value, role: 'none' })
    return noContent
  },
}

/** The scope is the rule’s id and stays; so a replacement does what a patch does. */
function change(ask: Ask): Told {
  const { calendar, rule } = requireRule(ask)
  checkVersion(ask, rule.etag)
  const { role } = bodyOf(ask)
  return save(ask, calendar, { ...rule.value, role: role === undefined ? rule.value.role : readRole(role) })
}

function isDeleted({ value }: Shelved<Rule>): boolean {
  return value.role === 'none'
}

function requireRule(ask: Ask): { readonly calendar: Calendar; readonly rule: Shelved<Rule> } {
  const { calendar } = openCalendar(ask, 'owner')
  const rule = calendar.rules.find(pathOf(ask, 'ruleId'))
  if (rule === undefined || isDeleted(rule)) throw notFound()
  return { calendar, rule }
}

/** Keeps a rule. Who sees what is another now, so sync tokens of the calendar’s events are dead. */
function save(ask: Ask, calendar: Calendar, rule: Rule): Told {
  const id = rule.scope.type === 'default' ? 'default' : `${rule.scope.type}:${rule.scope.value}`
  if (id === `user:${calendar.owner}` && rule.role !== 'owner') throw forbidden('The owner cannot be shut out.')
  const saved = calendar.rules.put(id, rule)
  calendar.validSince = Math.max(calendar.validSince, saved.version)
  return tell(ask, saved.etag, showRule(saved))
}

function readRole(role: unknown): string {
  if (roles.some((each) => each === role)) return String(role)
  throw invalidBody('Invalid value for: role')
}

function readScope(scope: unknown): Rule['scope'] {
  const { type, value } = isObject(scope) ? scope : {}
  if (!scopeTypes.includes(String(type))) throw invalidBody('Invalid scope type.')
  if (type === 'default') return { type }
  if (typeof value !== 'string' || value === '') throw required('scope value')
  return { type: String(type), value }
}

/** The public rule was seen to come with a value although it is said to have none. */
function showRule({ id, etag, value: { role, scope } }: Shelved<Rule>): Json {
  const value = scope.type === 'default' ? '__public_principal__@public.calendar.google.com' : scope.value
  return { kind: 'calendar#aclRule', etag, id, scope: compact({ type: scope.type, value }), role }
}

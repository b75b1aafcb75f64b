import { type Json, ok, pathOf } from '../api/handler.ts'
import { type CalendarHandlers, tell } from './ask.ts'
import { notFound } from './calendar-refusal.ts'
import { calendarColors, eventColors } from './palette.ts'
import type { Shelved } from './shelf.ts'
import { tellList } from './tell-list.ts'

export const settingHandlers: CalendarHandlers = {
  listSettings(ask) {
    const { settings } = ask.person
    return tellList(
      ask,
      { kind: 'calendar#settings', etag: settings.etag() },
      {
        topic: settings.topic,
        defaultSize: 100,
        maxSize: 250,
        validSince: 0,
        notWithSyncToken: [],
        keptBySyncToken: [],
        isSyncable: () => true,
        rows: () =>
          settings.all().map((setting) => ({
            id: setting.id,
            version: setting.version,
            isDeleted: false,
            show: () => showSetting(setting),
          })),
        gone: (id) => ({ kind: 'calendar#setting', id }),
      },
    )
  },

  getSetting(ask) {
    const setting = ask.person.settings.find(pathOf(ask, 'setting'))
    if (setting === undefined) throw notFound()
    return tell(ask, setting.etag, showSetting(setting))
  },

  getColors: () =>
    ok({
      kind: 'calendar#colors',
      updated: '2012-02-14T00:00:00.000Z',
      calendar: calendarColors,
      event: eventColors,
    }),
}

function showSetting({ id, etag, value }: Shelved<string>): Json {
  return { kind: 'calendar#setting', etag, id, value }
}

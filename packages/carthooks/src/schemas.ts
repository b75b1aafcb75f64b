import type { components } from './schema.gen.ts'

type Schemas = components['schemas']

export type App = Schemas['App']
export type Collection = Schemas['Collection']
export type CurrentUser = Schemas['CurrentUser']
export type Filters = Schemas['Filters']
export type FormToken = Schemas['FormToken']
/** Connection of a hooklet to an app; not one to the API. */
export type HookletConnection = Schemas['Connection']
export type Item = Schemas['Item']
/** What is written of an item: field keys beside `title`. */
export type ItemData = Schemas['ItemData']
export type ItemQuery = Schemas['ItemQuery']
export type Pagination = Schemas['Pagination']
export type UploadToken = Schemas['UploadToken']
export type User = Schemas['User']

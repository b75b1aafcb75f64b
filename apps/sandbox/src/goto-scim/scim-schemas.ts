import { ok } from '../api/handler.ts'
import type { TenantHandlers } from '../goto/tenant-ask.ts'

const schema = 'urn:scim:schemas:core:1.0'

const text = { type: 'string', readOnly: false, required: false, caseExact: false }
const attribute = { ...text, schema, multiValued: false }

/** What the server says about itself; which words GoTo uses is not recorded. */
export const schemaHandlers: TenantHandlers = {
  getUserSchema: () =>
    ok({
      id: `${schema}:User`,
      name: 'User',
      description: 'A user of the organisation.',
      schema,
      endpoint: '/Users',
      attributes: [
        { ...attribute, name: 'userName', description: 'Address that the user signs in with.', required: true },
        { ...attribute, name: 'displayName', description: 'Name as it is shown.' },
        {
          ...attribute,
          name: 'name',
          type: 'complex',
          description: 'Parts of the name.',
          subAttributes: [
            { ...text, name: 'givenName', description: 'First name.' },
            { ...text, name: 'familyName', description: 'Last name.' },
          ],
        },
        { ...attribute, name: 'locale', description: 'Language, with or without a country.' },
        { ...attribute, name: 'timezone', description: 'Name of the time zone.' },
      ],
    }),

  getServiceProviderConfigs: ({ origin }) => {
    const [yes, no] = [{ supported: true }, { supported: false }]
    const documentationUrl = `${origin}/identity/v1`
    return ok({
      documentationUrl,
      patch: yes,
      bulk: no,
      filter: yes,
      changePassword: yes,
      sort: yes,
      etag: no,
      xmlDataFormat: no,
      authenticationSchemes: {
        name: 'OAuth',
        description: 'Bearer tokens.',
        specUrl: 'https://www.rfc-editor.org/rfc/rfc6750',
        documentationUrl,
      },
    })
  },
}

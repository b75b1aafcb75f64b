/**
 * Parameters of every Google API that no client should send, each with the reason
 * (https://cloud.google.com/apis/docs/system-parameters, 2026). What stays is `fields` and `quotaUser`.
 */
export const refusedParameters: Readonly<Record<string, string>> = {
  alt: 'answers are JSON',
  callback: 'JSONP',
  prettyPrint: 'longer answers for the same content',
  access_token: 'a credential in an address ends up in logs',
  oauth_token: 'a credential in an address ends up in logs',
  key: 'a credential in an address ends up in logs',
  userIp: 'superseded by quotaUser',
  uploadType: 'media is left out',
  upload_protocol: 'media is left out',
  '$.xgafv': 'Google’s own switch between error formats',
}

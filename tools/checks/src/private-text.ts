import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding, Gate, GateResult } from './gate.ts'
import { trackedFiles } from './tracked-files.ts'
import type { Workspace } from './workspace.ts'

export const privateGate: Gate = {
  name: 'private',
  script: 'check:private',
  holds: 'no file names a machine path, a registry host, a real address or number, or holds a credential',
  run: checkPrivate,
}

interface Rule {
  readonly what: string
  readonly fix: string
  readonly pattern: RegExp
  /** Matches that are fine after all. */
  readonly allows?: (match: string) => boolean
}

// RFC 2606 and RFC 6761 keep these names free for documents; 555-01xx is the range for made-up telephone numbers.
const documentDomain = /@(?:[\w-]+\.)*(?:example(?:\.(?:com|org|net))?|test|invalid|localhost)$/i

// Names of calendars and of the public at Google, where no person has an address.
const calendarDomain = /@(?:group\.v|public|group)\.calendar\.google\.com$/i

const rules: readonly Rule[] = [
  {
    what: 'a path of one machine',
    fix: 'write it relative to the root, or take it from the environment',
    pattern: /(?<![\w.@-])\/(?:work|farm|home|root|Users)\/[\w.-]+/g,
    // What SCIM calls the person who signed in.
    allows: (match) => match === '/Users/me',
  },
  {
    what: 'a registry host',
    fix: 'let npm read its own configuration',
    pattern: /\b(?:registry|npm|deb|pypi|proxy)\.[a-z-]+\.(?:org|com|io|dev)\b/g,
  },
  {
    what: 'an e-mail address outside example.com',
    fix: 'use a name under example.com',
    pattern: /[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b/gi,
    allows: (match) => documentDomain.test(match) || calendarDomain.test(match),
  },
  {
    what: 'a telephone number outside 555-01xx',
    fix: 'use +1 and an area code followed by 555 0100 to 555 0199',
    pattern: /\+1\d{10}\b/g,
    allows: (match) => match.slice(5, 10) === '55501',
  },
  {
    what: 'a private key',
    fix: 'make it at run time',
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/g,
  },
  {
    what: 'a token of a real service',
    fix: 'revoke it, then remove it from the history too',
    pattern:
      /\b(?:gh[pousr]_\w{30,}|github_pat_\w{30,}|npm_\w{36}|AKIA[0-9A-Z]{16}|xox[abpr]-[\w-]{20,}|ya29\.[\w-]{20,})/g,
  },
]

// Tests of checks like this one have to hold what they must find.
const negativeControls: readonly string[] = ['tools/specs/src/lint/lint.test.ts']

const unread = /\.(?:png|jpe?g|gif|ico|woff2?|db|sqlite)$/

async function checkPrivate(workspace: Workspace): Promise<GateResult> {
  const files = (await trackedFiles(workspace.root)).filter(
    (file) => !unread.test(file) && !negativeControls.includes(file),
  )
  const findings = files.flatMap((file) => findPrivateText(file, readFileSync(join(workspace.root, file), 'utf8')))
  return { summary: `${files.length} files`, findings }
}

/** Every place in a text that breaks one of the rules. */
export function findPrivateText(file: string, text: string): readonly Finding[] {
  return rules.flatMap((rule) =>
    [...text.matchAll(rule.pattern)]
      .filter(([match]) => rule.allows?.(match) !== true)
      .map((match) => ({
        where: `${file}:${text.slice(0, match.index).split('\n').length}`,
        problem: `holds ${rule.what}: ${shorten(match[0])}`,
        fix: rule.fix,
      })),
  )
}

// What is found must not travel on into logs: enough to recognize it, not to use it.
function shorten(match: string): string {
  return match.length <= 24 ? match : `${match.slice(0, 12)}…`
}

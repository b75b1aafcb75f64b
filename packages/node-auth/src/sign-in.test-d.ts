import type { Connection } from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { expectTypeOf, test } from 'vitest'
import { signIn } from './index.ts'

test('takes a provider alone, gives a connection, and refuses options that do not exist', () => {
  expectTypeOf(signIn).toBeCallableWith(goto)
  expectTypeOf(signIn).returns.resolves.toEqualTypeOf<Connection>()
  // @ts-expect-error there is no such option
  void signIn(goto, { acount: 'ada' })
  // @ts-expect-error there is no other fallback
  void signIn(goto, { fallback: 'memory' })
  // @ts-expect-error a provider's data has to be checked by defineProvider first
  void signIn({ id: 'acme' })
})

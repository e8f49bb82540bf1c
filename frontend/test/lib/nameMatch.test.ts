import { describe, expect, it } from 'vitest'
import { matches } from '../../src/lib/nameMatch.ts'

// The rules are the server's own: see backend/test/contract/userSearch.test.ts.
describe('[F] a search in the page', () => {
  it('finds a user by parts of the full name and of the username together', () => {
    expect(matches('okafor @ama', 'Amara Okafor', 'amara.o')).toBe(true)
    expect(matches('kafor', 'Amara Okafor', 'amara.o')).toBe(true)
    expect(matches('okafor grace', 'Amara Okafor', 'amara.o')).toBe(false)
  })

  it('finds nothing by blanks', () => {
    expect(matches('   ', 'Amara')).toBe(false)
  })
})

import type { GroupEvent } from 'backend/contract'
import { describe, expect, test } from 'vitest'
import { namedIn, systemText } from '../../src/conversations/systemText.format.ts'
import { isolatedParts, withoutIsolates } from '../../src/lib/isolate.ts'
import { id, told } from '../generators/index.ts'

const [me, kofi, amara, leila, tomas] = [id(), id(), id(), id(), id()]
const NAMES: Record<string, string> = {
  [me]: 'Ingrid',
  [kofi]: 'Kofi',
  [amara]: 'Amara',
  [leila]: 'Leila',
  [tomas]: 'Tomás',
}
const words = (senderId: string, event: GroupEvent) =>
  withoutIsolates(systemText(told(senderId, event), me, (userId) => NAMES[userId]))

describe('a system message', () => {
  test('says who did what, and speaks to the one who reads', () => {
    expect(words(kofi, { kind: 'created', name: 'Fair', memberCount: 3 })).toBe('Kofi created the group “Fair”')
    expect(words(me, { kind: 'renamed', name: 'Winter Fair' })).toBe('You renamed the group to “Winter Fair”')
    expect(words(kofi, { kind: 'described', description: '' })).toBe('Kofi removed the description')
    expect(words(kofi, { kind: 'pictureChanged', picture: 'abc' })).toBe('Kofi changed the picture')
    expect(words(kofi, { kind: 'historyChanged', history: 'all' })).toBe('Kofi let new members see earlier messages')
    expect(words(kofi, { kind: 'removed', userIds: [me], memberCount: 3 })).toBe('Kofi removed you')
    expect(words(amara, { kind: 'left', memberCount: 2 })).toBe('Amara left')
    expect(words(amara, { kind: 'joinedByLink', memberCount: 2 })).toBe('Amara joined by the invite link')
    expect(words(kofi, { kind: 'roleChanged', userId: me, role: 'admin' })).toBe('Kofi made you an admin')
    expect(words(me, { kind: 'roleChanged', userId: kofi, role: 'member' })).toBe('You took the admin role from Kofi')
    expect(words(me, { kind: 'transferred', userId: kofi })).toBe('You made Kofi the owner')
  })

  test('names three people and counts more', () => {
    expect(words(kofi, { kind: 'added', userIds: [amara], memberCount: 3 })).toBe('Kofi added Amara')
    expect(words(kofi, { kind: 'added', userIds: [amara, me, leila], memberCount: 5 })).toBe(
      'Kofi added Amara, you and Leila',
    )
    expect(words(kofi, { kind: 'added', userIds: [amara, leila, tomas, me], memberCount: 6 })).toBe(
      'Kofi added Amara, Leila and 2 others',
    )
  })

  test('gives names and group names a direction of their own', () => {
    const sentence = systemText(told(amara, { kind: 'renamed', name: 'سوق\u2067' }), me, () => 'نور')
    expect(isolatedParts(sentence)).toEqual([
      { text: 'نور', isIsolated: true },
      { text: ' renamed the group to “', isIsolated: false },
      { text: 'سوق', isIsolated: true },
      { text: '”', isIsolated: false },
    ])
  })

  test('asks for the names that it needs, and has a word for those that are not known', () => {
    const message = told(kofi, { kind: 'removed', userIds: [amara, me], memberCount: 3 })
    expect(namedIn(message, me)).toEqual([kofi, amara])
    expect(withoutIsolates(systemText(message, me, () => undefined))).toBe('Someone removed Someone and you')
  })
})

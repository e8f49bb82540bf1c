import { plural, t } from '@lingui/core/macro'
import type { GroupEvent, Message, UserId } from 'backend/contract'
import { isolate } from '../lib/isolate.ts'

/** Most names in one sentence. With more users it shows two names and the count of the others. */
const NAMES_MAX = 3

/**
 * Words a system message as a sentence about the group. Names and texts of users are marked by `isolate`: show the sentence with
 * `IsolatedText`, or remove the marks with `withoutIsolates`.
 * @param nameOf returns undefined while the page does not know the name
 */
export function systemText(
  { event, senderId }: Pick<Message, 'event' | 'senderId'>,
  ownId: UserId | undefined,
  nameOf: (id: UserId) => string | undefined,
): string {
  if (!event) return ''
  const named = (id: UserId): string => isolate(nameOf(id) ?? t`Someone`)
  const affected = listed(
    // Only an object of the sentence: “Kofi removed you”.
    affectedBy(event).map((id) => (id === ownId ? t`you` : named(id))),
  )
  return senderId === ownId ? ownSentence(event, affected) : sentence(event, named(senderId), affected)
}

/** Returns the users whose names the sentence of a system message needs. */
export function namedIn({ event, senderId }: Pick<Message, 'event' | 'senderId'>, ownId: UserId | undefined): UserId[] {
  if (!event) return []
  return [senderId, ...shownOf(affectedBy(event))].filter((id) => id !== ownId)
}

function ownSentence(event: GroupEvent, affected: string): string {
  switch (event.kind) {
    case 'created': {
      const group = isolate(event.name)
      return t`You created the group “${group}”`
    }
    case 'renamed': {
      const group = isolate(event.name)
      return t`You renamed the group to “${group}”`
    }
    case 'described':
      return event.description === '' ? t`You removed the description` : t`You changed the description`
    case 'pictureChanged':
      return event.picture === null ? t`You removed the picture` : t`You changed the picture`
    case 'historyChanged':
      return event.history === 'all'
        ? t`You let new members see earlier messages`
        : t`You hid earlier messages from new members`
    case 'added':
      return t`You added ${affected}`
    case 'removed':
      return t`You removed ${affected}`
    case 'left':
      return t`You left`
    case 'joinedByLink':
      return t`You joined by the invite link`
    case 'roleChanged':
      return event.role === 'admin' ? t`You made ${affected} an admin` : t`You took the admin role from ${affected}`
    case 'transferred':
      return t`You made ${affected} the owner`
  }
}

function sentence(event: GroupEvent, actor: string, affected: string): string {
  switch (event.kind) {
    case 'created': {
      const group = isolate(event.name)
      return t`${actor} created the group “${group}”`
    }
    case 'renamed': {
      const group = isolate(event.name)
      return t`${actor} renamed the group to “${group}”`
    }
    case 'described':
      return event.description === '' ? t`${actor} removed the description` : t`${actor} changed the description`
    case 'pictureChanged':
      return event.picture === null ? t`${actor} removed the picture` : t`${actor} changed the picture`
    case 'historyChanged':
      return event.history === 'all'
        ? t`${actor} let new members see earlier messages`
        : t`${actor} hid earlier messages from new members`
    case 'added':
      return t`${actor} added ${affected}`
    case 'removed':
      return t`${actor} removed ${affected}`
    case 'left':
      return t`${actor} left`
    case 'joinedByLink':
      return t`${actor} joined by the invite link`
    case 'roleChanged':
      return event.role === 'admin'
        ? t`${actor} made ${affected} an admin`
        : t`${actor} took the admin role from ${affected}`
    case 'transferred':
      return t`${actor} made ${affected} the owner`
  }
}

/** Returns the users that an event of a group is about, besides the user who caused it. */
function affectedBy(event: GroupEvent): readonly UserId[] {
  if (event.kind === 'added' || event.kind === 'removed') return event.userIds
  return event.kind === 'roleChanged' || event.kind === 'transferred' ? [event.userId] : []
}

const shownOf = <T>(all: readonly T[]): readonly T[] => (all.length > NAMES_MAX ? all.slice(0, NAMES_MAX - 1) : all)

function listed(names: readonly string[]): string {
  const [first = '', second, third] = shownOf(names)
  const others = names.length - shownOf(names).length
  if (second === undefined) return first
  if (others > 0)
    return plural(others, { one: `${first}, ${second} and # other`, other: `${first}, ${second} and # others` })
  return third === undefined ? t`${first} and ${second}` : t`${first}, ${second} and ${third}`
}

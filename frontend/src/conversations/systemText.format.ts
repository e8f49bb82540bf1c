import type { GroupEvent, Message, UserId } from 'backend/contract'

/** A part of a sentence: words of the page, a person by name, or what somebody wrote. */
export type Piece = string | { userId: UserId } | { written: string }

/** Names in one sentence; the others are counted. */
const NAMES_MAX = 3

/** What a system message tells, as a sentence of pieces, so that names are set apart from the words around them. */
export function systemPieces(
  { event, senderId }: Pick<Message, 'event' | 'senderId'>,
  ownId: UserId | undefined,
): Piece[] {
  if (!event) return []
  const who: Piece = senderId === ownId ? 'You' : { userId: senderId }
  return [who, ' ', ...predicate(event, (userId) => (userId === ownId ? 'you' : { userId }))]
}

/** The same in one line of text. @param nameOf undefined while a name is not known */
export function systemText(
  message: Message,
  ownId: UserId | undefined,
  nameOf: (id: UserId) => string | undefined,
): string {
  return systemPieces(message, ownId)
    .map((piece) =>
      typeof piece === 'string' ? piece : 'written' in piece ? piece.written : (nameOf(piece.userId) ?? 'Someone'),
    )
    .join('')
}

/** Whose names its sentence needs. */
export function namedIn(message: Message, ownId: UserId | undefined): UserId[] {
  return systemPieces(message, ownId).flatMap((piece) =>
    typeof piece === 'object' && 'userId' in piece ? piece.userId : [],
  )
}

function predicate(event: GroupEvent, named: (userId: UserId) => Piece): Piece[] {
  switch (event.kind) {
    case 'created':
      return ['created the group ', ...quoted(event.name)]
    case 'renamed':
      return ['renamed the group to ', ...quoted(event.name)]
    case 'described':
      return [event.description === '' ? 'removed the description' : 'changed the description']
    case 'pictureChanged':
      return [event.picture === null ? 'removed the picture' : 'changed the picture']
    case 'historyChanged':
      return [
        event.history === 'all' ? 'let new members see earlier messages' : 'hid earlier messages from new members',
      ]
    case 'added':
      return ['added ', ...listed(event.userIds, named)]
    case 'removed':
      return ['removed ', ...listed(event.userIds, named)]
    case 'left':
      return ['left']
    case 'joinedByLink':
      return ['joined by the invite link']
    case 'roleChanged':
      return event.role === 'admin'
        ? ['made ', named(event.userId), ' an admin']
        : ['took the admin role from ', named(event.userId)]
    case 'transferred':
      return ['made ', named(event.userId), ' the owner']
  }
}

const quoted = (written: string): Piece[] => ['“', { written }, '”']

function listed(userIds: readonly UserId[], named: (userId: UserId) => Piece): Piece[] {
  const shown = userIds.length > NAMES_MAX ? userIds.slice(0, NAMES_MAX - 1) : userIds
  const rest = userIds.length - shown.length
  const parts = [...shown.map(named), ...(rest > 0 ? [`${rest} others`] : [])]
  return parts.flatMap((part, index) => (index === 0 ? [part] : [index === parts.length - 1 ? ' and ' : ', ', part]))
}

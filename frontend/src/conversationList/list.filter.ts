import { t } from '@lingui/core/macro'
import type { Conversation } from 'backend/contract'

export const LIST_FILTERS = ['all', 'unread', 'direct', 'groups'] as const

/** Which conversations the list shows. */
export type ListFilterName = (typeof LIST_FILTERS)[number]

export function filterLabel(filter: ListFilterName): string {
  switch (filter) {
    case 'all':
      return t`All chats`
    case 'unread':
      return t`Unread`
    case 'direct':
      return t`People`
    case 'groups':
      return t`Groups`
  }
}

/** Returns whether the filter lets the conversation through. */
export function passes(filter: ListFilterName, { kind, unreadCount, markedUnread }: Conversation): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'unread':
      return unreadCount > 0 || markedUnread
    case 'direct':
      return kind === 'direct'
    case 'groups':
      return kind === 'group'
  }
}

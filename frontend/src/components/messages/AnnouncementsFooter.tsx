import type { OwnUser } from 'backend/contract'

/** Stands where a conversation has its composer; admins write from the header. */
export function AnnouncementsFooter({ user }: { user: OwnUser }) {
  if (user.role === 'admin') return null
  return (
    <p className="border-t border-line px-4 pt-3 pb-[calc(12px+env(safe-area-inset-bottom))] text-center text-cap text-muted">
      You can read here. Only admins can post.
    </p>
  )
}

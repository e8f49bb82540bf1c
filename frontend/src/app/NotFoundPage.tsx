import { t } from '@lingui/core/macro'
import { MapPinOff } from 'lucide-react'
import { Link } from 'react-router'
import { EmptyState } from '../ui/States.tsx'

/** Says that an address has no view, and leads back. */
export function NotFoundPage() {
  return (
    <main className="pane grow">
      <h1 className="sr-only">{t`Page not found`}</h1>
      <EmptyState
        icon={MapPinOff}
        title={t`This page does not exist`}
        actions={
          <Link to="/" className="btn btn-primary btn-sm">
            {t`Go to your chats`}
          </Link>
        }
      >
        {t`The address may be wrong, or the page was removed.`}
      </EmptyState>
    </main>
  )
}

import { MapPinOff } from 'lucide-react'
import { Link } from 'react-router'
import { EmptyState } from '../ui/States.tsx'

export function NotFoundPage() {
  return (
    <main className="pane grow">
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        icon={MapPinOff}
        title="There is nothing here"
        actions={
          <Link to="/" className="btn btn-primary btn-sm">
            Go to your chats
          </Link>
        }
      >
        The address may be mistyped, or what it showed is gone.
      </EmptyState>
    </main>
  )
}

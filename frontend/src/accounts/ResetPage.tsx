import { useEffect, useId, useRef, useState } from 'react'
import { Link, useParams } from 'react-router'
import { AuthLayout } from './AuthLayout.tsx'
import { ResetForm } from './ResetForm.tsx'
import { useTitle } from '../ui/hooks/useTitle.ts'

/** Where a link to a new password leads, whether somebody is signed in or not. */
export function ResetPage() {
  const { token = '' } = useParams()
  const [state, setState] = useState<'asking' | 'done' | 'dead'>('asking')
  useTitle(TEXTS[state].title)
  return (
    <AuthLayout {...TEXTS[state]}>
      {state === 'asking' ? (
        <ResetForm token={token} onDone={() => setState('done')} onDeadLink={() => setState('dead')} />
      ) : (
        <ToSignIn primary={state === 'done'} why={`${TEXTS[state].title}. ${TEXTS[state].lead}`} />
      )}
    </AuthLayout>
  )
}

const TEXTS = {
  asking: {
    title: 'Choose a new password',
    lead: 'This link is good for one new password. Wherever you are signed in, you will be signed out.',
  },
  done: { title: 'Your new password is set', lead: 'You were signed out everywhere. Sign in with the new password.' },
  dead: {
    title: 'This link is not good any more',
    lead: 'It was used, has run out, or there is a newer one. Ask an admin for another.',
  },
} as const

/** Takes the focus, as the form that had it is gone, and says why. */
function ToSignIn({ primary, why }: { primary: boolean; why: string }) {
  const id = useId()
  const link = useRef<HTMLAnchorElement>(null)
  useEffect(() => link.current?.focus(), [])
  return (
    <>
      <Link
        ref={link}
        to="/login"
        replace
        aria-describedby={id}
        className={`btn ${primary ? 'btn-primary' : 'btn-quiet'} mt-6 h-11! w-full`}
      >
        Sign in
      </Link>
      <span id={id} hidden>
        {why}
      </span>
    </>
  )
}

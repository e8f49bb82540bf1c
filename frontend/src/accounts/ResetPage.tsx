import { i18n } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { useEffect, useId, useRef, useState } from 'react'
import { Link, useParams } from 'react-router'
import { AuthLayout } from './AuthLayout.tsx'
import { ResetForm } from './ResetForm.tsx'
import { useTitle } from '../ui/hooks/useTitle.ts'

/** The page behind a password reset link. It works signed in and signed out. */
export function ResetPage() {
  const { token = '' } = useParams()
  const [state, setState] = useState<'asking' | 'done' | 'dead'>('asking')
  const title = i18n._(TEXTS[state].title)
  const lead = i18n._(TEXTS[state].lead)
  useTitle(title)
  return (
    <AuthLayout title={title} lead={lead}>
      {state === 'asking' ? (
        <ResetForm token={token} onDone={() => setState('done')} onDeadLink={() => setState('dead')} />
      ) : (
        <ToSignIn primary={state === 'done'} why={`${title}. ${lead}`} />
      )}
    </AuthLayout>
  )
}

const TEXTS = {
  asking: {
    title: msg`Choose a new password`,
    lead: msg`You can use this link once. You will be signed out on all devices.`,
  },
  done: {
    title: msg`Your new password is set`,
    lead: msg`You were signed out on all devices. Sign in with the new password.`,
  },
  dead: {
    title: msg`This link is no longer valid`,
    lead: msg`It was used, it expired, or there is a newer link. Ask an admin for a new one.`,
  },
} as const

/** Links to the sign-in page. It takes the focus, because the form that had it is gone, and says why. */
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
        {t`Sign in`}
      </Link>
      <span id={id} hidden>
        {why}
      </span>
    </>
  )
}

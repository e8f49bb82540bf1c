import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { Logo } from '../ui/Logo.tsx'
import { SampleConversation } from './SampleConversation.tsx'

interface AuthLayoutProps {
  title: string
  lead: string
  children: ReactNode
}

/** Surrounds the sign-in and sign-up forms: logo, server address, and on wide screens a sample conversation. */
export function AuthLayout({ title, lead, children }: AuthLayoutProps) {
  const { host } = location
  return (
    <div className="grid h-dvh bg-base-100 lg:grid-cols-2">
      <main className="flex min-h-0 flex-col overflow-y-auto px-5 pt-[calc(28px+env(safe-area-inset-top))] pb-[calc(28px+env(safe-area-inset-bottom))] md:px-8">
        <Logo className="h-[30px] shrink-0 self-start" />
        <div className="grid grow place-items-center py-6">
          <div className="w-full max-w-[360px]">
            <h1 className="text-display font-[650] tracking-[-0.022em] text-balance">{title}</h1>
            <p className="mt-1.5 text-msg text-muted">{lead}</p>
            {children}
          </div>
        </div>
        <p className="text-cap text-muted">
          <Trans>
            Hosted at <bdi>{host}</bdi>
          </Trans>
        </p>
      </main>
      <aside
        className="hidden place-items-center overflow-hidden border-s border-line bg-base-200 p-12 lg:grid"
        aria-label={t`About Parley`}
      >
        <SampleConversation />
      </aside>
    </div>
  )
}

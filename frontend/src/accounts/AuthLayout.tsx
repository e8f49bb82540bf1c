import type { ReactNode } from 'react'
import { Logo } from '../ui/Logo.tsx'
import { SampleConversation } from './SampleConversation.tsx'

interface AuthLayoutProps {
  title: string
  lead: string
  children: ReactNode
}

/** Around the form of signing in and up: the brand, whose server this is, and on wide screens a glimpse of what is inside. */
export function AuthLayout({ title, lead, children }: AuthLayoutProps) {
  return (
    <div className="auth">
      <main className="auth-side">
        <Logo className="h-[30px] shrink-0 self-start" />
        <div className="grid grow place-items-center py-6">
          <div className="w-full max-w-[360px]">
            <h1 className="text-display font-[650] tracking-[-0.022em] text-balance">{title}</h1>
            <p className="mt-1.5 text-msg text-muted">{lead}</p>
            {children}
          </div>
        </div>
        <p className="text-cap text-muted">
          Hosted at <bdi>{location.host}</bdi>
        </p>
      </main>
      <aside className="auth-stage" aria-label="About Parley">
        <SampleConversation />
      </aside>
    </div>
  )
}

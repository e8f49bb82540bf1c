import { t } from '@lingui/core/macro'
import type { ReactNode } from 'react'

// The sample is a picture of a conversation in two languages. It is the same in every language of the page.
/* oxlint-disable page/loose-text */

/** Shows a sample conversation beside the sign-in form. It is not real, so screen readers read only the last sentence. */
export function SampleConversation() {
  return (
    <div className="w-full max-w-[420px]">
      <div aria-hidden="true">
        <Received hue="hue-132" initials="SB" name="Siobhán Byrne">
          Both inhalers are in the red bag, and I’m on the coach.
          <Meta className="mt-1.5 text-faint">07:58</Meta>
        </Received>
        <Received hue="hue-168" initials="لح" name="Leila Haddad">
          <p dir="rtl" lang="ar">
            صباح الخير! الحافلة وصلت 🚌
          </p>
          <Meta className="text-faint">08:04</Meta>
        </Received>
        <div className="mt-2.5 flex justify-end">
          <div className={`${BUBBLE} rounded-se-sm bg-own`}>
            Registers done. All 27 here.
            <Meta className="mt-1.5 text-own-meta">
              08:09
              <svg
                className="h-[11px] w-[17px] text-primary"
                viewBox="0 0 17 11"
                fill="none"
                stroke="currentColor"
                strokeWidth={1.75}
                strokeLinecap="round"
                strokeLinejoin="round"
              >
                <path d="M1 6l3.5 3.5L11 2M8.2 9.3l.3.2L15.5 2" />
              </svg>
            </Meta>
          </div>
        </div>
      </div>
      <p className="mt-10 max-w-[38ch] text-sec text-muted">
        {t`Messages stay on your own server. No adverts, no tracking, no sale of your data.`}
      </p>
    </div>
  )
}

const BUBBLE = 'relative max-w-[326px] rounded-box px-3 pt-1.5 pb-[7px] text-msg'

interface ReceivedProps {
  hue: string
  initials: string
  name: string
  children: ReactNode
}

function Received({ hue, initials, name, children }: ReceivedProps) {
  return (
    <div className="mt-2.5 flex gap-2.5">
      <span className={`avatar avatar-32 rounded-full ${hue}`}>{initials}</span>
      <div
        className={`${BUBBLE} rounded-ss-sm bg-bubble shadow-[0_0_0_1px_oklch(from_var(--color-base-content)_l_c_h/0.055)]`}
      >
        <p className={`text-sec font-semibold text-(--person-name) ${hue}`}>{name}</p>
        {children}
      </div>
    </div>
  )
}

function Meta({ className, children }: { className: string; children: ReactNode }) {
  return (
    <span
      className={`float-end ms-3 -me-0.5 -mb-0.5 inline-flex items-center gap-[3px] text-meta leading-4 ${className}`}
    >
      {children}
    </span>
  )
}

import { t } from '@lingui/core/macro'

// The sample is a picture of a conversation in two languages. It is the same in every language of the page.
/* oxlint-disable page/loose-text */

/** Shows a sample conversation beside the sign-in form. It is not real, so screen readers read only the last sentence. */
export function SampleConversation() {
  return (
    <div className="w-full max-w-[420px]">
      <div aria-hidden="true">
        <div className="sample-line">
          <span className="avatar avatar-32 hue-4">SB</span>
          <div className="sample-bubble">
            <p className="person-name hue-4 text-sec font-semibold">Siobhán Byrne</p>
            Both inhalers are in the red bag, and I’m on the coach.
            <span className="sample-meta">07:58</span>
          </div>
        </div>
        <div className="sample-line">
          <span className="avatar avatar-32 hue-5">لح</span>
          <div className="sample-bubble">
            <p className="person-name hue-5 text-sec font-semibold">Leila Haddad</p>
            <p dir="rtl" lang="ar">
              صباح الخير! الحافلة وصلت 🚌
            </p>
            <span className="sample-meta mt-0!">08:04</span>
          </div>
        </div>
        <div className="sample-line sample-own">
          <div className="sample-bubble">
            Registers done. All 27 here.
            <span className="sample-meta">
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
            </span>
          </div>
        </div>
      </div>
      <p className="mt-10 max-w-[38ch] text-sec text-muted">
        {t`Messages stay on your own server. No adverts, no tracking, no sale of your data.`}
      </p>
    </div>
  )
}

import { i18n } from '@lingui/core'

/**
 * Returns the locale for Intl: the language of the loaded catalogue, with the region of the browser. A text and the date in it
 * are then in one language, and a reader in Britain still sees `21 November` and `16:00`.
 */
export function pageLocale(): string {
  const language = i18n.locale || 'en'
  if (last?.language !== language) last = { language, locale: localeOf(language) }
  return last.locale
}

/** The last answer: a list of messages asks hundreds of times. */
let last: { language: string; locale: string } | null = null

function localeOf(language: string): string {
  // Always a valid tag, unlike `navigator.language`, which is `en-US@posix` in some browsers.
  const browser = new Intl.Locale(new Intl.DateTimeFormat().resolvedOptions().locale)
  // A tag of the same language also carries the reader's own choices, such as a 24-hour clock.
  if (browser.language === new Intl.Locale(language).language) return inOwnDigits(browser)
  const { region } = browser.maximize()
  return inOwnDigits(new Intl.Locale(language, region ? { region } : {}))
}

/** Returns the tag with the digits of its language, so that no other digits stand in the page's sentences. */
function inOwnDigits(locale: Intl.Locale): string {
  const { numberingSystem } = new Intl.NumberFormat(new Intl.Locale(locale.language).toString()).resolvedOptions()
  const own = new Intl.NumberFormat(locale.toString()).resolvedOptions().numberingSystem
  return own === numberingSystem ? locale.toString() : new Intl.Locale(locale, { numberingSystem }).toString()
}

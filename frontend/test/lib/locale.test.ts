import { i18n } from '@lingui/core'
import { afterEach, expect, test, vi } from 'vitest'
import { fullTime } from '../../src/lib/format.ts'
import { pageLocale } from '../../src/lib/locale.ts'
import { shortZonedTime } from '../../src/lib/zonedTime.ts'

afterEach(() => {
  vi.restoreAllMocks()
  inLanguage('en')
})

test.each([
  ['de', 'de-AT', 'de-AT'],
  ['en', 'de-AT', 'en-AT'],
  ['en', 'de', 'en-DE'],
  ['de', 'en-GB-u-hc-h12', 'de-GB'],
  ['de', 'de-DE-u-hc-h12', 'de-DE-u-hc-h12'],
])('a page in %s formats dates in a browser of %s as %s', (language, browser, locale) => {
  // The answer is kept for a language, so another language comes between two browsers.
  inLanguage('fr')
  pageLocale()
  inBrowser(browser)
  inLanguage(language)
  expect(pageLocale()).toBe(locale)
})

test('dates change with the language of the page', () => {
  inLanguage('de')
  expect(fullTime('2026-11-21T09:47:12Z')).toContain('Samstag')
  expect(shortZonedTime('2026-11-21T16:00:00Z', 'UTC')).toMatch(/^Sa/u)
  inLanguage('en')
  expect(fullTime('2026-11-21T09:47:12Z')).toContain('Saturday')
})

const inLanguage = (locale: string) => i18n.loadAndActivate({ locale, messages: {} })

function inBrowser(locale: string): void {
  const options = new Intl.DateTimeFormat(locale).resolvedOptions()
  vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockReturnValue({ ...options, locale })
}

import { i18n, type Messages } from '@lingui/core'
import { afterEach, beforeEach } from 'vitest'
import { messages as admin } from '../../src/locales/en/admin.po'
import { messages as chat } from '../../src/locales/en/chat.po'
import { messages as start } from '../../src/locales/en/start.po'

type CompiledMessage = Messages[string]

/** Intl writes Cyrillic letters for it, as `accented` does: a date in another language than the page's shows too. */
const PSEUDO = 'ru'

const READ_ATTRIBUTES = ['alt', 'aria-description', 'aria-label', 'aria-valuetext', 'label', 'placeholder', 'title']

/** Shows every text of the catalogue in accented letters while the tests of this file run. */
export function inPseudoLocale(): void {
  beforeEach(() => {
    const pseudo = Object.entries({ ...start, ...chat, ...admin }).map(([id, text]) => [id, accented(text)])
    i18n.loadAndActivate({ locale: PSEUDO, messages: Object.fromEntries(pseudo) })
  })
  afterEach(() => i18n.loadAndActivate({ locale: 'en', messages: {} }))
}

/**
 * Lists the texts of the page that do not come from the catalogue: in elements and in the attributes that are read.
 * `data` are the texts of the test's users and server, which no catalogue holds.
 */
export function textsOutsideCatalogue(data: string[] = [], root: Element = document.body): string[] {
  const texts = new Set<string>()
  for (const element of [root, ...root.querySelectorAll('*')]) {
    for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) texts.add(node.nodeValue ?? '')
    for (const name of READ_ATTRIBUTES) texts.add(element.getAttribute(name) ?? '')
  }
  const withoutData = (text: string) => data.reduce((rest, known) => rest.replaceAll(known, ''), text)
  return [...texts].filter((text) => /[a-z]/i.test(withoutData(text)))
}

/** Accents the letters of a compiled message, and leaves its values, its tags and the keys of its plurals. */
function accented(message: CompiledMessage): CompiledMessage {
  if (typeof message === 'string') return accentedText(message)
  return message.map((token) => {
    if (typeof token === 'string') return accentedText(token)
    const [name, type, choices] = token
    return type !== undefined && isChoices(choices) ? [name, type, accentedChoices(choices)] : token
  })
}

type Choices = Record<string, CompiledMessage | number>

const isChoices = (format: unknown): format is Choices => typeof format === 'object' && format !== null

const accentedChoices = (choices: Choices) =>
  Object.fromEntries(
    Object.entries(choices).map(([key, choice]) => [key, typeof choice === 'number' ? choice : accented(choice)]),
  )

const accentedText = (text: string) =>
  text.replaceAll(/<[^>]*>|[a-z]/gi, (found) =>
    found.length > 1
      ? found
      : String.fromCodePoint((found <= 'Z' ? 0x410 : 0x430) + ((found.codePointAt(0) ?? 0) % 32)),
  )

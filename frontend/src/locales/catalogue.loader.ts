import { i18n, type Messages } from '@lingui/core'

/** A part of a language's catalogue: each page loads only the parts that it shows. */
export type CatalogueName = 'start' | 'chat' | 'admin'

type Language = 'en'
type CatalogueModule = { messages: Messages }

const catalogues: Record<Language, Record<CatalogueName, () => Promise<CatalogueModule>>> = {
  en: {
    start: () => import('./en/start.po'),
    chat: () => import('./en/chat.po'),
    admin: () => import('./en/admin.po'),
  },
}

const language: Language = 'en'

/** Loads one part of the catalogue of the page's language. Rejects when the part cannot be fetched. */
export async function loadCatalogue(name: CatalogueName): Promise<void> {
  const { messages } = await catalogues[language][name]()
  i18n.load(language, messages)
  i18n.activate(language)
}

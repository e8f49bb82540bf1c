import { loadCatalogue } from '../locales/catalogue.loader.ts'

/** Loads the code and the texts that every signed-in user needs. */
export const loadSignedInBundle = async () =>
  (await Promise.all([import('./signedIn.bundle.ts'), loadCatalogue('chat')]))[0]

/** Tells whether the page's address is one of a sign-in page, which needs nothing of the signed-in page. */
export const isSignInPage = (): boolean => /^\/(?:login$|signup$|reset\/)/.test(location.pathname)

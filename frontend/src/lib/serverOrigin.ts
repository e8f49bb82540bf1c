/**
 * Where the server is, for a page that is served from elsewhere: an origin such as `https://api.example.org`, from `VITE_API_URL` at the build.
 * Empty: where the page comes from.
 */
export const SERVER_ORIGIN = import.meta.env.VITE_API_URL ?? ''

/** Whether cookies must be asked for with each request: browsers send them along by themselves to the page's own origin alone. */
export const isElsewhere = SERVER_ORIGIN !== ''

/** @param path below `/api`, beginning with a slash */
export const apiUrl = (path: string): string => `${SERVER_ORIGIN}/api${path}`

/**
 * The server's origin, such as `https://api.example.org`, when another host serves the page: `VITE_API_URL` of the build.
 * Empty when the server itself serves the page.
 */
export const SERVER_ORIGIN = import.meta.env.VITE_API_URL ?? ''

/** Whether each request must ask for cookies: browsers send them by default to the page's own origin only. */
export const isElsewhere = SERVER_ORIGIN !== ''

/** Returns the address of an API path. @param path below `/api`, starts with a slash */
export const apiUrl = (path: string): string => `${SERVER_ORIGIN}/api${path}`

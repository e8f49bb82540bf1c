import type { RequestContext } from './requestContext.ts'

/** What surrounds work that does not come by REST: whose it is, a span, and the time that it took, where somebody wants to know. */
export interface Watch {
  /** What a client asked for on its connection. */
  event<T>(name: string, context: RequestContext, work: () => Promise<T>): Promise<T>
  /** What another node told, in the name of a request that it had. */
  heard(name: string, context: RequestContext, work: () => void): void
  /** Told to how many connections; undefined: nobody counts. */
  delivered: ((event: string, connections: number) => void) | undefined
}

/** Where nobody wants to know. */
export const UNWATCHED: Watch = {
  event: (_name, _context, work) => work(),
  heard: (_name, _context, work) => work(),
  delivered: undefined,
}

import type { Router } from 'express'

/** A router of a feature, and where the app mounts it. */
export interface Mount {
  /**
   * Below `/api`, or below `/api/admin` for the routes of admins. One string, so that tests can list every endpoint.
   */
  path: string
  router: Router
  /** The router reads bodies itself, so it stands before the parser of JSON bodies. */
  readsBodies?: true
}

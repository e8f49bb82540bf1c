import type { RequestHandler } from 'express'
import helmet from 'helmet'
import type { Config } from '../../config.ts'

/** Seconds; a year. Only for this host: what else runs under its domain is not ours to decide. */
const HSTS = 'max-age=31536000'

/** Nothing is allowed that the page does not use; a feature that needs more adds it here. */
const DENIED_FEATURES = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'midi',
  'payment',
  'usb',
]
/** Voice notes. */
const PERMISSIONS = [...DENIED_FEATURES.map((feature) => `${feature}=()`), 'microphone=(self)'].join(', ')

type Readers = Pick<Config, 'allowedOrigins' | 'cookieSameSite'>

/** @param mediaOrigins where media come from and go to, besides the server itself */
export function securityHeaders(readers: Readers, mediaOrigins: readonly string[] = []): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'blob:', ...mediaOrigins],
          mediaSrc: ["'self'", 'blob:', ...mediaOrigins],
          fontSrc: ["'self'"],
          connectSrc: ["'self'", ...mediaOrigins],
          manifestSrc: ["'self'"],
          formAction: ["'self'"],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
          requireTrustedTypesFor: ["'script'"],
          trustedTypes: ["'none'"],
        },
      },
      xFrameOptions: { action: 'deny' },
      crossOriginResourcePolicy: { policy: resourcePolicy(readers) },
      strictTransportSecurity: false,
    }),
    (req, res, next) => {
      res.set('Permissions-Policy', PERMISSIONS)
      // Over plain HTTP browsers ignore it, and on a server that has no HTTPS it would promise what cannot be kept.
      if (req.secure) res.set('Strict-Transport-Security', HSTS)
      next()
    },
  ]
}

/** Whose pages may show our images and media: no more than those to whose requests cookies come along. */
function resourcePolicy({ allowedOrigins, cookieSameSite }: Readers) {
  if (allowedOrigins.length === 0) return 'same-origin'
  return cookieSameSite === 'none' ? 'cross-origin' : 'same-site'
}

import type { RequestHandler } from 'express'
import helmet from 'helmet'
import type { Config } from '../../config.ts'

/** One year, in seconds. For this host only: other hosts of the domain can belong to others. */
const HSTS = 'max-age=31536000'

/** Browser features that the page does not use. */
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
/** The microphone is for voice messages. */
const PERMISSIONS = [...DENIED_FEATURES.map((feature) => `${feature}=()`), 'microphone=(self)'].join(', ')

type Readers = Pick<Config, 'allowedOrigins' | 'cookieSameSite'>

/**
 * Sets the security headers of every answer. @param mediaOrigins other origins that media are loaded from and uploaded
 * to
 */
export function securityHeaders(readers: Readers, mediaOrigins: readonly string[] = []): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          workerSrc: ["'self'"],
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
          // Only for the addresses of two workers: the one that shows notifications, and the one that holds the connection.
          trustedTypes: ['worker', 'connection'],
        },
      },
      xFrameOptions: { action: 'deny' },
      crossOriginResourcePolicy: { policy: resourcePolicy(readers) },
      strictTransportSecurity: false,
    }),
    (req, res, next) => {
      res.set('Permissions-Policy', PERMISSIONS)
      // Only over HTTPS: browsers ignore it over plain HTTP, and a server without HTTPS must not promise HTTPS.
      if (req.secure) res.set('Strict-Transport-Security', HSTS)
      next()
    },
  ]
}

/** Returns which sites may show our images and media: those whose requests carry our cookies. */
function resourcePolicy({ allowedOrigins, cookieSameSite }: Readers) {
  if (allowedOrigins.length === 0) return 'same-origin'
  return cookieSameSite === 'none' ? 'cross-origin' : 'same-site'
}

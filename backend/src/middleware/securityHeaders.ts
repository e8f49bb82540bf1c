import type { RequestHandler } from 'express'
import helmet from 'helmet'

/** Seconds; a year. Only for this host: what else runs under its domain is not ours to decide. */
const HSTS = 'max-age=31536000'

/** Nothing is allowed that the page does not use; a feature that needs more adds it here. */
const DENIED_FEATURES = ['accelerometer', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'magnetometer', 'microphone', 'midi', 'payment', 'usb']
const PERMISSIONS = DENIED_FEATURES.map((feature) => `${feature}=()`).join(', ')

export function securityHeaders(): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'blob:'],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          manifestSrc: ["'self'"],
          formAction: ["'self'"],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
          requireTrustedTypesFor: ["'script'"],
          trustedTypes: ["'none'"],
        },
      },
      xFrameOptions: { action: 'deny' },
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

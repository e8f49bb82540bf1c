import type { App } from '../../src/app.ts'

/** The parts of a router of Express. Only `rawPath`, the path of its mount, is undocumented. */
interface Layer {
  rawPath?: string | RegExp | (string | RegExp)[]
  handle: { stack?: Layer[] }
  route?: { path: string; stack: { method?: string }[] }
}

/**
 * Returns every endpoint of the server's routers, such as `GET /api/users/:id`, so that a new one cannot be forgotten.
 */
export function endpointsOf({ express }: Pick<App, 'express'>): string[] {
  return [...new Set(endpoints(express.router.stack as unknown as Layer[]))]
}

function endpoints(stack: Layer[], base = ''): string[] {
  return stack.flatMap(({ rawPath, handle, route }) => {
    if (route) {
      const path = (base + route.path).replace(/(?<=.)\/$/, '')
      return route.stack.flatMap(({ method }) => (method === undefined ? [] : [`${method.toUpperCase()} ${path}`]))
    }
    return handle.stack ? endpoints(handle.stack, base + mountPath(rawPath)) : []
  })
}

function mountPath(rawPath: Layer['rawPath'] = '/'): string {
  if (typeof rawPath !== 'string')
    throw new Error('Mount routers at one path each, so that tests can see their endpoints')
  return rawPath === '/' ? '' : rawPath
}

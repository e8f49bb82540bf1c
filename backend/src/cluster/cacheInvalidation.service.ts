import type { Kept, Nodes } from '../lib/cacheInvalidation.ts'
import type { Bus } from './cluster.bus.ts'

/** Tells over the bus what was changed; after a gap everything may have been. */
export function nodesOn(bus: Bus): Nodes {
  const looks = new Map<Kept, () => void>()
  bus.hear('changed', (what) => looks.get(what)?.())
  bus.onGap(() => {
    for (const look of looks.values()) look()
  })
  return {
    changed: (what) => bus.tell('changed', what),
    onChanged: (what, look) => void looks.set(what, look),
  }
}

import type { Delivery } from '../lib/ports.ts'
import type { Bus } from './bus.ts'

/** What each node tells its own connections by itself. */
const LOCAL: ReadonlySet<string> = new Set<keyof Delivery>(['maintenanceChanged', 'serverStats'])

/** Delivers to the connections here at once, and has every other node deliver to those that are there. */
export function deliveryEverywhere(here: Delivery, bus: Bus): Delivery {
  const methods = here as unknown as Record<string, (...args: unknown[]) => void>
  bus.hear('deliver', (told) => {
    const [name, args] = told as [string, unknown[]]
    if (!LOCAL.has(name)) methods[name]?.(...args)
  })
  const everywhere = Object.entries(methods).map(([name, deliver]) => [
    name,
    LOCAL.has(name)
      ? deliver
      : (...args: unknown[]) => {
          deliver(...args)
          bus.tell('deliver', [name, args])
        },
  ])
  return Object.fromEntries(everywhere) as Delivery
}

import type { Logger } from '../lib/logger.ts'
import type { Delivery } from '../lib/ports.ts'
import { currentRequest } from '../lib/requestContext.ts'
import type { Watch } from '../lib/watch.ts'
import type { Bus } from './bus.ts'

/** What each node tells its own connections by itself. */
const LOCAL: ReadonlySet<string> = new Set<keyof Delivery>(['maintenanceChanged', 'serverStats'])

/** Delivers to the connections here at once, and has every other node deliver to those that are there. */
export function deliveryEverywhere(here: Delivery, bus: Bus, { heard }: Pick<Watch, 'heard'>, logger: Logger): Delivery {
  const everywhere = { ...here }
  const deliver = new Map<string, (...args: readonly unknown[]) => void>()
  for (const [name, method] of Object.entries(here)) {
    if (LOCAL.has(name)) continue
    const deliverHere = (...args: readonly unknown[]): void => void Reflect.apply(method, here, args)
    deliver.set(name, deliverHere)
    Reflect.set(everywhere, name, (...args: readonly unknown[]) => {
      deliverHere(...args)
      const request = currentRequest()
      bus.tell('deliver', request ? [name, args, request] : [name, args])
    })
  }
  bus.hear('deliver', ([name, args, request], from) => {
    const deliverHere = (): void => {
      try {
        deliver.get(name)?.(...args)
      } catch (error) {
        // Here, where the log still knows the id that the request had there.
        logger.error({ err: error, name, from }, 'what another node told could not be delivered')
      }
    }
    if (request) heard(name, request, deliverHere)
    else deliverHere()
  })
  return everywhere
}

import type { Message } from '../contract/index.ts'
import type { Logger } from '../lib/logger.ts'
import type { Delivery } from '../lib/delivery.ts'
import { currentRequest } from '../lib/requestContext.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { Bus } from './cluster.bus.ts'

/** What each node tells its own connections by itself. */
const LOCAL: ReadonlySet<string> = new Set<keyof Delivery>(['maintenanceChanged', 'serverStats'])

/**
 * Delivers to the connections here at once, and has every other node deliver to those that are there.
 * @param heard hears of each message that another node wrote or changed
 */
export function deliveryEverywhere(
  here: Delivery,
  bus: Bus,
  heard: (message: Message) => void,
  { busDelivery }: Pick<Instrumentation, 'busDelivery'>,
  logger: Logger,
): Delivery {
  const everywhere = { ...here }
  const fromOthers: Delivery = {
    ...here,
    newMessage(message, audience) {
      heard(message)
      here.newMessage(message, audience)
    },
    broadcastMessage(message, audience) {
      heard(message)
      here.broadcastMessage(message, audience)
    },
    messageChanged(message, audience) {
      heard(message)
      here.messageChanged(message, audience)
    },
  }
  const deliver = new Map<string, (...args: readonly unknown[]) => void>()
  for (const [name, method] of Object.entries(here)) {
    if (LOCAL.has(name)) continue
    Reflect.set(everywhere, name, (...args: readonly unknown[]) => {
      Reflect.apply(method, here, args)
      const request = currentRequest()
      const told = withoutEnd(args)
      bus.tell('deliver', request ? [name, told, request] : [name, told])
    })
  }
  for (const [name, method] of Object.entries(fromOthers)) {
    if (!LOCAL.has(name)) deliver.set(name, (...args) => void Reflect.apply(method, fromOthers, args))
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
    if (request && busDelivery.hasSubscribers) {
      // A copy, since a tracing subscriber writes its span into it.
      const trace = { startedAt: performance.now(), context: { ...request }, method: name }
      busDelivery.traceSync(trace, deliverHere)
    } else deliverHere()
  })
  return everywhere
}

/** JSON makes null of an undefined argument, which is not the same as none. */
function withoutEnd(args: readonly unknown[]): readonly unknown[] {
  return args.at(-1) === undefined ? args.slice(0, -1) : args
}

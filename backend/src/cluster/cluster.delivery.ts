import type { Message } from '../contract/index.ts'
import type { Delivery } from '../lib/delivery.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import type { Logger } from '../lib/logger.ts'
import { currentRequest } from '../lib/requestContext.ts'
import type { Bus } from './cluster.bus.ts'

/** Each node sends these to its own connections by itself. */
const LOCAL: ReadonlySet<string> = new Set<keyof Delivery>(['maintenanceChanged', 'serverStats'])

/**
 * Makes a delivery that delivers to the connections of this node at once, and lets each other node deliver to its own.
 */
export function createClusterDelivery(local: Delivery, bus: Pick<Bus, 'publish'>): Delivery {
  const everywhere = { ...local }
  for (const [name, method] of Object.entries(local)) {
    if (LOCAL.has(name)) continue
    Reflect.set(everywhere, name, (...args: readonly unknown[]) => {
      Reflect.apply(method, local, args)
      const request = currentRequest()
      const sent = withoutTrailingUndefined(args)
      bus.publish('deliver', request ? [name, sent, request] : [name, sent])
    })
  }
  return everywhere
}

/**
 * Delivers to the connections of this node when other nodes ask for it, from now on.
 * @param onMessage called first, for each message that another node wrote or changed
 */
export function receiveDeliveries(
  local: Delivery,
  bus: Pick<Bus, 'subscribe'>,
  onMessage: (message: Message) => void,
  { busDelivery }: Pick<Instrumentation, 'busDelivery'>,
  logger: Logger,
): void {
  const receivers: Delivery = {
    ...local,
    newMessage(message, audience) {
      onMessage(message)
      local.newMessage(message, audience)
    },
    broadcastMessage(message, audience) {
      onMessage(message)
      local.broadcastMessage(message, audience)
    },
    messageChanged(message, audience) {
      onMessage(message)
      local.messageChanged(message, audience)
    },
  }
  const methods = new Map<string, (...args: readonly unknown[]) => void>()
  for (const [name, method] of Object.entries(receivers)) {
    if (!LOCAL.has(name)) methods.set(name, (...args) => void Reflect.apply(method, receivers, args))
  }
  bus.subscribe('deliver', ([name, args, request], from) => {
    const deliver = (): void => {
      try {
        methods.get(name)?.(...args)
      } catch (error) {
        // Caught here, where the log still knows the id of the request on the other node.
        logger.error({ err: error, name, from }, 'a delivery for another node failed')
      }
    }
    if (request && busDelivery.hasSubscribers) {
      // A copy, since a tracing subscriber writes its span into it.
      busDelivery.traceSync({ startedAt: performance.now(), context: { ...request }, method: name }, deliver)
    } else deliver()
  })
}

/** JSON makes null of an undefined argument, which is not the same as a missing argument. */
function withoutTrailingUndefined(args: readonly unknown[]): readonly unknown[] {
  return args.at(-1) === undefined ? args.slice(0, -1) : args
}

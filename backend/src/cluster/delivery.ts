import type { Message } from '../contract/index.ts'
import type { Delivery } from '../lib/ports.ts'
import type { Bus } from './bus.ts'

/** What each node tells its own connections by itself. */
const LOCAL: ReadonlySet<string> = new Set<keyof Delivery>(['maintenanceChanged', 'serverStats'])

/**
 * Delivers to the connections here at once, and has every other node deliver to those that are there.
 * @param heard hears of each message that another node wrote or changed
 */
export function deliveryEverywhere(here: Delivery, bus: Bus, heard: (message: Message) => void): Delivery {
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
      bus.tell('deliver', [name, args])
    })
  }
  for (const [name, method] of Object.entries(fromOthers)) {
    if (!LOCAL.has(name)) deliver.set(name, (...args) => void Reflect.apply(method, fromOthers, args))
  }
  bus.hear('deliver', ([name, args]) => deliver.get(name)?.(...args))
  return everywhere
}

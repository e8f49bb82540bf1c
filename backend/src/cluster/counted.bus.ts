import type { Bus } from './cluster.bus.ts'

export interface CountedBus extends Bus {
  /** Since the start. */
  counts(): { told: number; heard: number; gaps: number }
}

/** The same bus, whatever it is made of, which knows how much it carries. */
export function countedBus(bus: Bus): CountedBus {
  const counts = { told: 0, heard: 0, gaps: 0 }
  bus.onGap(() => (counts.gaps += 1))
  return {
    ...bus,
    tell(topic, body) {
      counts.told += 1
      bus.tell(topic, body)
    },
    hear(topic, listener) {
      bus.hear(topic, (body, from) => {
        counts.heard += 1
        listener(body, from)
      })
    },
    counts: () => ({ ...counts }),
  }
}

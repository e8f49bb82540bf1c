import { statfs } from 'node:fs/promises'
import type { Router } from 'express'
import type { Config } from '../config.ts'
import type { Bus } from '../cluster/cluster.bus.ts'
import type { Instrumentation } from '../lib/instrumentation.ts'
import { metricsRoutes } from './metrics.routes.ts'
import type { MetricsSources } from './metrics.sources.ts'

export interface MetricsEndpoint {
  /** Returns the routes of `/metrics`. */
  routes(sources: Omit<MetricsSources, 'freeBytes' | 'bus'> & { bus: Bus | undefined }): Router
}

/** Starts to measure where METRICS_TOKEN is set. prom-client costs 11 MB of memory, so it is loaded only then. */
export async function openMetrics(
  { metricsToken, dataDir }: Pick<Config, 'metricsToken' | 'dataDir'>,
  instrumentation: Instrumentation,
): Promise<MetricsEndpoint | undefined> {
  if (metricsToken === undefined) return undefined
  const { createMetrics } = await import('./prometheus.metrics.ts')
  const { countBusMessages } = await import('./bus.counts.ts')
  const metrics = createMetrics()
  metrics.subscribe(instrumentation)
  const counts = countBusMessages(instrumentation)
  return {
    routes({ bus, ...sources }) {
      metrics.read({
        ...sources,
        bus: bus && { counts, isConnected: bus.isConnected },
        freeBytes: async () => statfs(dataDir).then(({ bavail, bsize }) => bavail * bsize),
      })
      return metricsRoutes(metricsToken, metrics)
    },
  }
}

import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { CommitMetrics, StorageMetrics } from '../database/database.metrics.ts'

/** Registers the gauges of the embedded engine, which counts by itself. Returns a function that sets them. */
export function createStorageGauges(registry: Registry): (metrics: StorageMetrics) => void {
  const registers = [registry]
  const gauge = (name: string, help: string) => new Gauge({ name: `parley_storage_${name}`, help, registers })
  const waiting = new Gauge({
    name: 'parley_storage_waiting_commands',
    help: 'Commands that have no answer yet, by kind.',
    labelNames: ['kind'],
    registers,
  })
  const readers = gauge('readers', 'Threads that only read; they are started under load.')
  const transactions = gauge('open_transactions', 'Open transactions. All other writes wait for an open transaction.')
  const file = gauge('file_bytes', 'Size of the database file.')
  const log = gauge('log_bytes', 'Size of the write-ahead log.')
  const commands = new Counter({
    name: 'parley_storage_committed_commands_total',
    help: 'Commands that were committed; many share a commit.',
    registers,
  })
  const commits = new CommitHistogram(registry)
  return (metrics) => {
    waiting.set({ kind: 'write' }, metrics.waitingWrites)
    waiting.set({ kind: 'read' }, metrics.waitingReads)
    readers.set(metrics.readers)
    transactions.set(metrics.openTransactions)
    file.set(metrics.fileBytes)
    log.set(metrics.logBytes)
    commands.reset()
    commands.inc(metrics.commits.commands)
    commits.shown = metrics.commits
  }
}

const COMMIT_SECONDS = 'parley_storage_commit_seconds'
const HELP = 'Time of a commit, its sync included.'

/**
 * Shows the histogram that the storage fills in a thread of its own. A histogram of prom-client would count a second
 * time.
 */
class CommitHistogram extends Histogram {
  shown: CommitMetrics = { count: 0, seconds: 0, commands: 0, buckets: [] }

  constructor(registry: Registry) {
    super({ name: COMMIT_SECONDS, help: HELP, registers: [registry] })
  }

  /** The registry calls this at each scrape. */
  getForPromString() {
    const { count, seconds, buckets } = this.shown
    const upTo = (le: string | number, value: number) => ({
      metricName: `${COMMIT_SECONDS}_bucket`,
      labels: { le },
      value,
    })
    const sum = { metricName: `${COMMIT_SECONDS}_sum`, labels: {}, value: seconds }
    const total = { metricName: `${COMMIT_SECONDS}_count`, labels: {}, value: count }
    const values = [...buckets.map((bucket) => upTo(bucket.seconds, bucket.count)), upTo('+Inf', count), sum, total]
    return Promise.resolve({ name: COMMIT_SECONDS, help: HELP, type: 'histogram', values })
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatTable, type Row, type Sides } from '../table.ts'
import { openCorpus, type Corpus, type CorpusName } from './corpus.ts'
import type { StorageOptions } from './storage.options.ts'
import { readPage, summaryOf, writeAtOnce, writeBesideScan, type Latencies } from './load.ts'

export interface StorageBench {
  options: StorageOptions
  /** The folder that keeps the two corpora for the next run; a temporary one when undefined. */
  data?: string | undefined
  /** Receives a line about the progress. */
  progress(line: string): void
}

/** The results of one round for one corpus. */
interface Found {
  newest: Latencies
  middle: Latencies
  writes: number
  scan: number
  beside: Latencies
  alone: Latencies
}

type Samples = Record<CorpusName, Found[]>

/**
 * Compares the embedded engine with many messages and the same engine with few. Both are open in this process. Returns a
 * table.
 */
export async function measureStorage(bench: StorageBench): Promise<string> {
  const folder = bench.data ?? (await mkdtemp(join(tmpdir(), 'parley-bench-')))
  const corpora: Corpus[] = []
  try {
    for (const name of ['small', 'large'] as const) {
      const told = (share: number) => bench.progress(`filling the ${name} store: ${Math.round(share * 100)}%`)
      corpora.push(await openCorpus(name, folder, bench.options, told))
    }
    const samples = await runRounds(bench, corpora)
    return formatTable(rowsOf(samples), sidesOf(corpora))
  } finally {
    await Promise.all(corpora.map((corpus) => corpus.close()))
    if (bench.data === undefined) await rm(folder, { recursive: true, force: true })
  }
}

async function runRounds({ options, progress }: StorageBench, corpora: readonly Corpus[]): Promise<Samples> {
  const samples: Samples = { large: [], small: [] }
  for (let round = 0; round < options.rounds; round += 1) {
    const pages = await readPages(corpora, options.pages)
    // Work that one store leaves to the disk slows the other, so each is first in every other round.
    for (const corpus of round % 2 === 0 ? corpora : corpora.toReversed()) {
      const writes = await writeAtOnce(corpus, options.writes)
      const { scan, beside, alone } = await writeBesideScan(corpus, options.scanSeconds)
      await corpus.restore()
      const found = { ...pages[corpus.name], writes, scan, beside, alone }
      if (round > 0 || options.rounds === 1) samples[corpus.name].push(found)
      progress(describe(corpus, round, found))
    }
  }
  return samples
}

/** Reads pages of the two stores in turn, so that other work of the machine slows both. */
async function readPages(
  corpora: readonly Corpus[],
  count: number,
): Promise<Record<CorpusName, Pick<Found, 'newest' | 'middle'>>> {
  const took = {
    large: { newest: [] as number[], middle: [] as number[] },
    small: { newest: [] as number[], middle: [] as number[] },
  }
  for (let n = 0; n < count; n += 1) {
    for (const where of ['newest', 'middle'] as const) {
      for (const corpus of corpora) took[corpus.name][where].push(await readPage(corpus, where))
    }
  }
  const { large, small } = took
  return {
    large: { newest: summaryOf(large.newest), middle: summaryOf(large.middle) },
    small: { newest: summaryOf(small.newest), middle: summaryOf(small.middle) },
  }
}

function describe({ name }: Corpus, round: number, { newest, writes, beside, alone }: Found): string {
  const longest = `the longest write ${beside.most.toFixed(1)} ms beside a scan, ${alone.most.toFixed(1)} ms alone`
  return `round ${round + 1}, ${name}: a page ${newest.p50.toFixed(2)} ms, ${Math.round(writes)} writes/s, ${longest}`
}

function rowsOf(samples: Samples): Row<CorpusName>[] {
  const of = (pick: (found: Found) => number) => ({ large: samples.large.map(pick), small: samples.small.map(pick) })
  return [
    {
      name: 'newest page of 50, p50',
      unit: 'ms',
      samples: of(({ newest }) => newest.p50),
      target: { of: 'ratio', atMost: 2 },
    },
    { name: 'newest page of 50, p99', unit: 'ms', samples: of(({ newest }) => newest.p99) },
    {
      name: 'page of 50 in the middle, p50',
      unit: 'ms',
      samples: of(({ middle }) => middle.p50),
      target: { of: 'ratio', atMost: 2 },
    },
    { name: 'page of 50 in the middle, p99', unit: 'ms', samples: of(({ middle }) => middle.p99) },
    {
      name: 'writes at 16 callers',
      unit: '1/s',
      samples: of(({ writes }) => writes),
      target: { of: 'ratio', atLeast: 0.5 },
    },
    { name: 'a full scan', unit: 'ms', samples: of(({ scan }) => scan) },
    { name: 'a write beside it, p50', unit: 'ms', samples: of(({ beside }) => beside.p50) },
    { name: 'a write beside it, p99', unit: 'ms', samples: of(({ beside }) => beside.p99) },
    { name: 'a write beside it, longest', unit: 'ms', samples: of(({ beside }) => beside.most) },
    { name: 'a write without it, p50', unit: 'ms', samples: of(({ alone }) => alone.p50) },
    { name: 'a write without it, p99', unit: 'ms', samples: of(({ alone }) => alone.p99) },
    { name: 'a write without it, longest', unit: 'ms', samples: of(({ alone }) => alone.most) },
    {
      name: 'a scan delays a write, most',
      unit: 'ms',
      samples: of(({ beside, alone }) => Math.max(0, beside.most - alone.most)),
      target: { of: 'large', atMost: 20 },
    },
  ]
}

function sidesOf(corpora: readonly Corpus[]): Sides<CorpusName> {
  const title = (name: CorpusName) =>
    `among ${(corpora.find((corpus) => corpus.name === name)?.messages ?? 0).toLocaleString('en')}`
  return { judged: 'large', base: 'small', titles: [title('large'), title('small')] }
}

import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { COST_LIMITS } from '../../src/lib/limits/costLimits.ts'
import { RATE_LIMITS } from '../../src/lib/limits/rateLimits.ts'

const UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2 }

it('PROTOCOL lists each limit with its value and a reason', async () => {
  const text = await readFile(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8')
  const section = /^## Limits\n(.*?)^## /ms.exec(text)?.[1] ?? ''
  const rows = [...section.matchAll(/^\| `(\w+)` \| ([\d,.]+)(?: (\w+))? \| (.+) \| .+ \|$/gm)]
  const listed = rows.map(([, name = '', value = '', unit = '']) => [
    name,
    Number(value.replaceAll(',', '')) * (UNITS[unit] ?? 1),
  ])
  expect(Object.fromEntries(listed)).toEqual(COST_LIMITS)
})

const SECONDS: Readonly<Record<string, number>> = { 'a minute': 60, 'an hour': 3600, 'in 15 minutes': 900 }

it('PROTOCOL lists how often each action may be done, for whom and why', async () => {
  const text = await readFile(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8')
  const section = /^### How often\n(.*?)^## /ms.exec(text)?.[1] ?? ''
  const rows = [...section.matchAll(/^\| `(\w+)` \| ([\d,]+) ([a-z0-9 ]+) \| [a-z, ]+ \| .+ \|$/gm)]
  const listed = rows.map(([, name = '', points = '', time = '']) => [
    name,
    { points: Number(points.replaceAll(',', '')), seconds: SECONDS[time] },
  ])
  expect(Object.fromEntries(listed)).toEqual(RATE_LIMITS)
})
